using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

internal sealed class HealthControllerTests
{
    [Test]
    public async Task Check_ReturnsHealthyAndTheTime_WhenAWriteSucceeds()
    {
        await using var app = new WebhookApp
        {
            Clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, 999, TimeSpan.Zero)),
        };

        (await app.GetStringAsync("/")).Should().Be("""{"status":"HEALTHY","current_time":"2026-01-15T10:30:00Z"}""");
    }

    [TestCase("/health/live")]
    [TestCase("/swagger/index.html")]
    public async Task Get_ReturnsOk_WhenTheServiceRuns(string path)
    {
        await using var app = new WebhookApp();

        using var response = await app.Client.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Document_HoldsExamplesThatRun_WhenTheyArePostedAsTheyStand()
    {
        await using var app = new WebhookApp();
        var document = JsonNode.Parse(await app.GetStringAsync("/swagger/v1/swagger.json"))!;
        var post = document["paths"]![WebhookApp.Webhooks]!["post"]!;
        var examples = post["requestBody"]!["content"]!["application/json"]!["examples"]!.AsObject();

        examples.Should().HaveCountGreaterThanOrEqualTo(2);
        foreach (var (name, example) in examples)
        {
            using var response = await app.PostAsync(example!["value"]!.ToJsonString());
            response.StatusCode.Should().Be(HttpStatusCode.Accepted, name);
        }

        post["responses"]!.AsObject().Select(r => r.Key).Should().Contain(["202", "400", "413", "415", "422", "503"]);
        document["paths"]!.AsObject().Select(p => p.Key).Should().BeEquivalentTo(
            [
                "/", WebhookApp.Webhooks, "/v1/transactions", "/v1/transactions/{transactionId}",
                "/v1/transactions/{transactionId}/attempts", "/v1/transactions/{transactionId}/conflicts",
                "/v1/transactions/{transactionId}/retry", "/v1/transactions/retry", "/v1/stats",
                "/v1/stats/stream", "/v1/stats/history", "/v1/instances", "/v1/access", "/v1/webhooks/{source}", "/v1/sources", "/v1/quarantine",
                "/v1/quarantine/replay", "/v1/quarantine/{id}", "/v1/quarantine/{id}/payload", "/v1/quarantine/{id}/replay",
                "/v1/transactions/{transactionId}/payload", "/v1/processing", "/v1/processing/pause", "/v1/processing/resume",
                "/v1/audit", "/v1/failures", "/v1/transactions/export", "/v1/stats/matches", "/v1/accounts/{account}/erase",
                "/v1/transactions/dismiss", "/v1/transactions/undismiss", "/v1/transactions/{transactionId}/dismiss",
                "/v1/transactions/{transactionId}/undismiss",
            ]);
        JsonSerializer.Serialize(document["components"]).Should().Contain("\"processed_at\"");
    }
}
