using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.AspNetCore.Mvc.Testing;
using NUnit.Framework;
using WebhookService.Api;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Docs;

/// <summary>The README is short, each page opens with a command, and the examples do what the pages say.</summary>
internal sealed partial class ExamplesTests
{
    private const int MostWords = 1_200;

    [Test]
    public void Readme_IsShort() =>
        Read("README.md").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.Should().BeLessThanOrEqualTo(MostWords);

    [TestCase("api")]
    [TestCase("clients")]
    [TestCase("configuration")]
    [TestCase("databases")]
    [TestCase("external-system")]
    [TestCase("inbox")]
    [TestCase("observability")]
    [TestCase("operations")]
    [TestCase("publish")]
    [TestCase("security")]
    [TestCase("sources")]
    [TestCase("testing")]
    public void Page_OpensWithACommand(string name) => Read($"docs/{name}.md").Should().MatchRegex("^# .+\n\n```sh\n");

    [TestCase("README.md")]
    [TestCase("docs/api.md")]
    public async Task Examples_AreAnsweredAsShown(string path)
    {
        using var app = new WebhookApp();
        var page = Read(path);
        var body = Body().Match(page).Groups[1].Value;
        var shown = Accepted().Match(page).Value;

        using var answer = await app.PostAsync(body);
        var stored = await app.GetStringAsync("/v1/transactions/txn_abc123def456");

        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await answer.Content.ReadAsStringAsync()).Should().Be(shown);
        Names(stored).Should().Equal(Names(Stored().Match(page).Value));
    }

    // The example of docs/testing.md: a factory without anything of this project.
    [Test]
    public async Task Factory_StartsTheWholeService_WithTwoSettings()
    {
        using var directory = new TempDirectory();
        await using var plain = new WebApplicationFactory<Program>();
        await using var factory = plain.WithWebHostBuilder(builder =>
        {
            builder.UseSetting("DATABASE_URL", directory.DatabaseUrl);
            builder.UseSetting("Processing:Delay", "00:00:00");
        });
        using var client = factory.CreateClient();

        using var answer = await client.PostAsJsonAsync("/v1/webhooks/transactions", new
        {
            transaction_id = "txn_1",
            source_account = "acc_user_789",
            destination_account = "acc_merchant_456",
            amount = 150.50m,
            currency = "INR",
        });

        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        File.Exists(directory.Database).Should().BeTrue();
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(SourceTree.Root, path));

    private static string[] Names(string json) => [.. Name().Matches(json).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("-d '({.+})'")]
    private static partial Regex Body();

    [GeneratedRegex("^{\"message\":\"accepted\".+}$", RegexOptions.Multiline)]
    private static partial Regex Accepted();

    [GeneratedRegex("^{\"transaction_id\".+}$", RegexOptions.Multiline)]
    private static partial Regex Stored();

    [GeneratedRegex("\"(\\w+)\":")]
    private static partial Regex Name();
}
