using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Tests.Sources;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Docs;

/// <summary>The examples of docs/sources.md sign what they send, and are accepted.</summary>
internal sealed partial class SourcesPageTests
{
    private const string Capture = """curl() { printf '%s\0' "$@" > sent; }""";

    private static readonly string Page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "sources.md"));

    private static readonly SourceCatalog Catalog = TestSource.Catalog(
        [.. Setting().Matches(Page).Select(match => (Key(match), (string?)match.Groups[3].Value))]);

    private static IEnumerable<string> Names => Catalog.All.Select(source => source.Name);

    // A source may have another name than its provider.
    private static IEnumerable<string> Providers => Setting().Matches(Page)
        .Where(match => match.Groups[2].Value == nameof(SourceOptions.Provider)).Select(match => match.Groups[3].Value);

    [Test]
    public void Page_HasAnExampleForEachProvider() =>
        Providers.Should().BeEquivalentTo(ProviderSample.All.Select(sample => sample.Provider));

    [TestCaseSource(nameof(Names))]
    public async Task Example_IsSignedAndAccepted(string name)
    {
        if (!Tool.IsThere("openssl") || !Tool.IsThere("bash"))
        {
            Assert.Ignore("bash or openssl is not installed.");
        }

        var (headers, body) = await SendAsync(name);
        Catalog.TryFind(name, out var source);

        var fault = await source!.VerifyAsync(
            TestSource.Headers(headers), Encoding.UTF8.GetBytes(body), TimeProvider.System.GetUtcNow(), CancellationToken.None);

        if (name == "paypal")
        {
            fault.Should().Be(SignatureFault.Missing, "only PayPal can sign");
            return;
        }

        fault.Should().Be(SignatureFault.None);
        var item = source!.Read(body, headers).Items.Single();
        item.Should().BeOfType<SourceItem.Accepted>(item.Describe());
    }

    private static string Key(Match match) => $"Sources:{match.Groups[1]}:{match.Groups[2].Value.Replace("__", ":")}";

    private static async Task<((string Name, string Value)[] Headers, string Body)> SendAsync(string name)
    {
        using var directory = new TempDirectory();
        var example = Example().Matches(Page).Select(match => match.Groups[1].Value)
            .Single(code => code.Contains($"curl -X POST http://localhost:8000/v1/webhooks/{name} ", StringComparison.Ordinal));

        var (exitCode, output) = await Tool.RunAsync(["bash", "-euc", $"{Capture}\n{example}"], directory.Path);

        exitCode.Should().Be(0, output);
        var sent = (await File.ReadAllTextAsync(Path.Combine(directory.Path, "sent"))).Split('\0');
        return (
            [.. After(sent, "-H").Select(header => header.Split(": ", 2)).Select(pair => (pair[0], pair[1]))],
            After(sent, "-d").Single());
    }

    private static IEnumerable<string> After(string[] arguments, string option) =>
        Enumerable.Range(1, arguments.Length - 1).Where(i => arguments[i - 1] == option).Select(i => arguments[i]);

    [GeneratedRegex(@"(?<![:-])Sources__([a-z-]+)__(\w+)=(\S+)")]
    private static partial Regex Setting();

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
