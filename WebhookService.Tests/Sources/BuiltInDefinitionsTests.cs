using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Json.Schema;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Sources;

internal sealed class BuiltInDefinitionsTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "source-definition.schema.json")));

    private static IReadOnlyList<string> Providers => BuiltInDefinitions.Names;

    private static ProviderSample[] Samples => ProviderSample.All;

    // PayPalSignatureTests has a certificate.
    private static IEnumerable<ProviderSample> SignedSamples => Samples.Where(sample => sample.Provider != "paypal");

    [Test]
    public void Providers_AreTheTwelve() => Providers.Should().BeEquivalentTo(Samples.Select(sample => sample.Provider))
        .And.HaveCount(12);

    [TestCaseSource(nameof(Providers))]
    public void Definition_FitsTheSchema(string provider)
    {
        using var json = JsonDocument.Parse(BuiltInDefinitions.Read(provider));

        var result = Schema.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });

        result.IsValid.Should().BeTrue(JsonSerializer.Serialize(result));
    }

    [TestCase("""{"type":"/t"}""")]
    [TestCase("""{"type":"t","events":[]}""")]
    [TestCase("""{"type":"/t","unknown":1,"events":[{"types":["a"],"map":{},"amount_unit":"minor"}]}""")]
    public void Schema_RejectsOtherFiles(string definition)
    {
        using var json = JsonDocument.Parse(definition);

        Schema.Evaluate(json.RootElement).IsValid.Should().BeFalse();
    }

    [TestCaseSource(nameof(Samples))]
    public void Sample_BecomesATransaction(ProviderSample sample)
    {
        var source = TestSource.BuiltIn(sample.Provider, SecretsOf(sample));

        var item = source.Read(sample.Body, sample.Headers).Items.Should().ContainSingle().Subject;

        item.Describe().Should().Be(sample.Becomes);
        var accepted = (SourceItem.Accepted)item;
        accepted.Transaction.Source.Should().Be(sample.Provider);
        accepted.Transaction.CreatedAt.Should().Be(TestSource.Now);
        accepted.Event.Source.Should().Be(sample.Provider);
        accepted.Event.Type.Should().Be(sample.EventType);
        accepted.Event.Id.Should().Be(sample.EventId);
        accepted.Event.OccurredAt.Should().Be(
            sample.OccurredAt is { } time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : null);
        accepted.Event.Payload!.Body.ToArray().Should().Equal(Encoding.UTF8.GetBytes(sample.Body));
    }

    [TestCaseSource(nameof(SignedSamples))]
    public void Sample_IsVerified_UnlessItIsForged(ProviderSample sample)
    {
        var source = TestSource.BuiltIn(sample.Provider, SecretsOf(sample));
        var body = Signed(sample);
        var headers = SignedHeaders(sample, source, body);
        var changed = body.Replace(sample.Becomes[^3..], "GBP", StringComparison.OrdinalIgnoreCase);

        source.Verify(body, TestSource.Now, headers).Should().Be(SignatureFault.None);
        changed.Should().NotBe(body);

        // A static hash covers no body.
        source.Verify(changed, TestSource.Now, headers)
            .Should().Be(sample.Provider == "flutterwave" ? SignatureFault.None : SignatureFault.Wrong);
        if (sample.Provider != "adyen")
        {
            source.Verify(body, TestSource.Now, sample.Headers).Should().Be(SignatureFault.Missing);
        }
    }

    [TestCaseSource(nameof(SignedSamples))]
    public void Sample_IsVerifiedWithAnySecret_AndRefusedWithoutTheRightOne(ProviderSample sample)
    {
        var secret = sample.Provider switch
        {
            "standard-webhooks" => TestSecrets.OtherWebhook,
            "adyen" => new string('A', 64),
            _ => "another-secret",
        };
        var body = Signed(sample);
        var headers = SignedHeaders(sample, TestSource.BuiltIn(sample.Provider, SecretsOf(sample)), body);

        TestSource.BuiltIn(sample.Provider, [secret, .. SecretsOf(sample)]).Verify(body, TestSource.Now, headers)
            .Should().Be(SignatureFault.None);
        TestSource.BuiltIn(sample.Provider, secret).Verify(body, TestSource.Now, headers).Should().Be(SignatureFault.Wrong);
    }

    [TestCase("stripe", "payment_intent.succeeded", "payment_intent.payment_failed")]
    [TestCase("razorpay", "payment.captured", "refund.processed")]
    [TestCase("adyen", "CAPTURE", "REFUND")]
    [TestCase("adyen", "\"success\":\"true\"", "\"success\":\"false\"")]
    [TestCase("paypal", "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REFUNDED")]
    [TestCase("square", "\"COMPLETED\"", "\"FAILED\"")]
    [TestCase("paystack", "charge.success", "refund.processed")]
    [TestCase("checkout", "payment_captured", "payment_declined")]
    [TestCase("paddle", "transaction.completed", "transaction.payment_failed")]
    [TestCase("cashfree", "PAYMENT_SUCCESS_WEBHOOK", "PAYMENT_FAILED_WEBHOOK")]
    [TestCase("shopify", "\"capture\"", "\"refund\"")]
    [TestCase("flutterwave", "\"successful\"", "\"failed\"")]
    public void Event_IsIgnored_WhenItIsNoSuccessfulPayment(string provider, string part, string other)
    {
        var sample = ProviderSample.Of(provider);
        var body = sample.Body.Replace(part, other, StringComparison.Ordinal);

        body.Should().NotBe(sample.Body);
        TestSource.BuiltIn(provider, SecretsOf(sample)).Read(body, sample.Headers).Items
            .Should().ContainSingle().Which.Should().BeOfType<SourceItem.Ignored>();
    }

    // Decimals of ISO 4217, and the documented deviations of each provider.
    [TestCase("stripe", "jpy", "2000", "2000.00")]
    [TestCase("stripe", "kwd", "20000", "20.00")]
    [TestCase("stripe", "isk", "2000", "20.00")]
    [TestCase("stripe", "ugx", "2000", "20.00")]
    [TestCase("stripe", "mga", "2000", "2000.00")]
    [TestCase("adyen", "CLP", "2000", "20.00")]
    [TestCase("adyen", "ISK", "2000", "20.00")]
    [TestCase("adyen", "CVE", "2000", "2000.00")]
    [TestCase("adyen", "IDR", "2000", "2000.00")]
    [TestCase("adyen", "JPY", "2000", "2000.00")]
    [TestCase("checkout", "CLP", "2000", "20.00")]
    [TestCase("checkout", "BHD", "2000", "2.00")]
    [TestCase("razorpay", "KWD", "1230", "1.23")]
    [TestCase("paystack", "XOF", "2000", "20.00")]
    [TestCase("square", "JPY", "100", "100.00")]
    public void Amount_HasTheDecimalsOfTheProvider(string provider, string currency, string minor, string amount)
    {
        var sample = ProviderSample.Of(provider);
        var body = sample.Body.Replace(sample.Becomes[^3..], currency, StringComparison.OrdinalIgnoreCase)
            .Replace(":2000", $":{minor}").Replace(":23623", $":{minor}").Replace(":20,", $":{minor},")
            .Replace("\"amount\":10000", $"\"amount\":{minor}").Replace("\"amount\":100,", $"\"amount\":{minor},");

        TestSource.BuiltIn(provider, SecretsOf(sample)).Read(body, sample.Headers).Items.Single().Describe()
            .Should().EndWith($" {amount} {currency.ToUpperInvariant()}");
    }

    [Test]
    public void Amount_IsQuarantined_WhenItWouldHaveToBeRounded()
    {
        var body = ProviderSample.Of("stripe").Body.Replace("usd", "kwd", StringComparison.Ordinal)
            .Replace("2000,\"currency", "2005,\"currency", StringComparison.Ordinal);

        TestSource.BuiltIn("stripe", SecretsOf(ProviderSample.Of("stripe"))).Read(body).Items.Single().Describe()
            .Should().Be("quarantined: amount has more than two decimals, which would have to be rounded.");
    }

    [Test]
    public void Stripe_ReadsAnExpandedCustomer()
    {
        var body = ProviderSample.Of("stripe").Body.Replace("\"cus_1\"", "{\"id\":\"cus_2\"}", StringComparison.Ordinal);

        TestSource.BuiltIn("stripe", "whsec_1").Read(body).Items.Single().Describe().Should().StartWith("stripe:pi_1 cus_2 ");
    }

    [Test]
    public void Flutterwave_ReadsItsNewerFormat_SignedOverTheBody()
    {
        const string Body = """
            {"webhook_id":"wbk_0","timestamp":1733091542000,"type":"charge.completed","data":{"id":"chg_0","amount":60.5,
            "currency":"NGN","reference":"r","status":"succeeded","customer":{"id":"cus_1"}}}
            """;
        var source = TestSource.BuiltIn("flutterwave", "a-flutterwave-hash");
        var signature = Convert.ToBase64String(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("a-flutterwave-hash"), Encoding.UTF8.GetBytes(Body)));

        source.Verify(Body, TestSource.Now, ("flutterwave-signature", signature)).Should().Be(SignatureFault.None);
        source.Verify(Body + " ", TestSource.Now, ("flutterwave-signature", signature)).Should().Be(SignatureFault.Wrong);
        var item = (SourceItem.Accepted)source.Read(Body).Items.Single();
        item.Describe().Should().Be("flutterwave:chg_0 cus_1 flutterwave 60.50 NGN");
        item.Event.Id.Should().Be("wbk_0");
        item.Event.OccurredAt.Should().Be(new DateTimeOffset(2024, 12, 1, 22, 19, 2, TimeSpan.Zero));
    }

    private static string[] SecretsOf(ProviderSample sample) =>
        ProviderSample.Secrets.TryGetValue(sample.Provider, out var secret) ? [secret] : [];

    private static (string Name, string Value)[] SignedHeaders(ProviderSample sample, Source source, string body) =>
    [
        .. sample.Headers,
        .. source.Sign(TestSource.Headers(sample.Headers), Encoding.UTF8.GetBytes(body), TestSource.Now) ?? [],
    ];

    // Adyen signs inside the body.
    private static string Signed(ProviderSample sample)
    {
        if (sample.Provider != "adyen")
        {
            return sample.Body;
        }

        var signature = TestSource.BuiltIn("adyen", SecretsOf(sample)).SignItems(Encoding.UTF8.GetBytes(sample.Body))!.Single();
        return sample.Body.Replace("0BxqCkwrT5dOxWrgQn+gYNg5fJIBFIBi7ujSNnzxpsg=", signature, StringComparison.Ordinal);
    }
}
