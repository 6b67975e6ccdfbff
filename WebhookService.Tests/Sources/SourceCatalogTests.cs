using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Hosting;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Tests.Sources;

internal sealed class SourceCatalogTests
{
    private const string Secret = "a-secret-of-hunter2";

    [Test]
    public void Catalog_IsEmpty_WithoutSettings() => TestSource.Catalog().All.Should().BeEmpty();

    [Test]
    public void Catalog_FindsSourcesByName()
    {
        var catalog = TestSource.Catalog(
            ("Sources:shop-2:Provider", "stripe"), ("Sources:shop-2:Secrets:0", Secret), ("Sources:shop-2:MaxBodySize", "1000"),
            ("Sources:shop-1:Provider", "razorpay"), ("Sources:shop-1:Secrets:0", Secret));

        catalog.All.Select(source => source.Name).Should().Equal("shop-1", "shop-2");
        catalog.TryFind("shop-2", out var source).Should().BeTrue();
        source!.Options.MaxBodySize.Should().Be(1_000);
        source.HasSignature.Should().BeTrue();
        source.Definition.Answer.Should().Be(202);
        catalog.TryFind("Shop-2", out _).Should().BeFalse();
    }

    [Test]
    public void Source_HasNoSignature_WhenItsDefinitionHasNone()
    {
        using var file = new DefinitionFile();

        var source = TestSource.Catalog(("Sources:own:Provider", "custom"), ("Sources:own:Definition", file.Path)).All.Single();

        source.HasSignature.Should().BeFalse();
        source.Verify("{}", TestSource.Now).Should().Be(SignatureFault.None);
        source.Read("""{"a":"7","c":"EUR"}""").Items.Single().Describe().Should().Be("own:7 7 7 7.00 EUR");
    }

    [Test]
    public void Definition_ReplacesTheBuiltInOne()
    {
        using var file = new DefinitionFile();

        TestSource.Catalog(("Sources:stripe:Provider", "stripe"), ("Sources:stripe:Definition", file.Path))
            .All.Single().HasSignature.Should().BeFalse();
    }

    [TestCase("Sources:shop:Provider", "paypall", "Sources__shop__Provider must be one of adyen, cashfree, checkout,")]
    [TestCase("Sources:shop:Provider", "Stripe", "Sources__shop__Provider must be one of")]
    [TestCase("Sources:shop:Secret", Secret, "Sources__shop__Secret is unknown; the settings of a source are Provider, Secrets,")]
    [TestCase("Sources:shop:Secrets", Secret, "Sources__shop__Secrets is a list: write Sources__shop__Secrets__0")]
    [TestCase("Sources:shop:Secrets:0", "short", "Sources__shop__Secrets__0 must be 6 to 256 characters")]
    [TestCase("Sources:shop:Secrets:0", " a-secret", "Sources__shop__Secrets__0 must be")]
    [TestCase("Sources:shop:MaxBodySize", "1", "Sources__shop__MaxBodySize must be from 256 to 1048576.")]
    [TestCase("Sources:shop:MaxBodySize", "many", "Sources__shop__MaxBodySize")]
    [TestCase("Sources:shop:Definition", "/no/such/file.json", "Sources__shop__Definition must be a file that can be read")]
    [TestCase("Sources:shop:CertificateHosts:0", "https://paypal.com", "Sources__shop__CertificateHosts__0 must be a host")]
    [TestCase("Sources:shop:Provider", "custom", "Sources__shop__Definition must be the path of a JSON file")]
    [TestCase("Sources:shop:Provider", "square", "Sources__shop__Url must be the address as the provider knows it")]
    [TestCase("Sources:shop:Provider", "paypal", "Sources__shop__Secrets must be empty")]
    [TestCase("Sources:shop:Provider", "paypal", "Sources__shop__WebhookId must be PayPal's id of the webhook")]
    [TestCase("Sources:shop:Provider", "adyen", "Sources__shop__Secrets__0 must be 16 to 256 bytes in hexadecimal")]
    [TestCase("Sources:shop:Provider", "standard-webhooks", "Sources__shop__Secrets__0 must be 24 to 64 bytes in base64")]
    public void Start_NamesTheKey_WhenASettingIsWrong(string key, string value, string named)
    {
        var act = () => TestSource.Catalog(
            [.. new (string Key, string? Value)[] { ("Sources:shop:Provider", "stripe"), ("Sources:shop:Secrets:0", Secret) }
                .Where(it => it.Key != key), (key, value)]);

        act.Should().Throw<SettingException>().Which.Message.Should().Contain(named).And.NotContain("hunter2").And.NotContain("\n");
    }

    [TestCase("Shop")]
    [TestCase("1shop")]
    [TestCase("shop_1")]
    [TestCase("transactions")]
    [TestCase("a23456789012345678901234567890123")]
    public void Start_NamesTheSource_WhenItsNameIsWrong(string name)
    {
        var act = () => TestSource.Catalog(($"Sources:{name}:Provider", "stripe"));

        act.Should().Throw<SettingException>().WithMessage($"Sources__{name} is not the name of a source, which is 1 to 32 characters *");
    }

    [Test]
    public void Start_NamesTheSecret_WhenItIsMissing()
    {
        var act = () => TestSource.Catalog(("Sources:shop:Provider", "stripe"));

        act.Should().Throw<SettingException>().WithMessage("Sources__shop__Secrets__0 must be set: the secret that the provider signs with.");
    }

    [Test]
    public void Start_NamesAllFaults()
    {
        var act = () => TestSource.Catalog(("Sources:a:Provider", "x"), ("Sources:b:Provider", "y"));

        act.Should().Throw<SettingException>().Which.Message.Should().Contain("Sources__a__Provider").And.Contain("Sources__b__Provider");
    }

    /// <summary>A definition without a signature.</summary>
    private sealed class DefinitionFile : IDisposable
    {
        private readonly Support.TempDirectory _directory = new();

        public DefinitionFile()
        {
            Path = System.IO.Path.Combine(_directory.Path, "own.json");
            File.WriteAllText(Path, """
                {"type":"=payment","events":[{"types":["*"],"amount_unit":"major",
                "map":{"transaction_id":"/a","source_account":"/a","destination_account":"/a","amount":"/a","currency":"/c"}}]}
                """);
        }

        public string Path { get; }

        public void Dispose() => _directory.Dispose();
    }
}
