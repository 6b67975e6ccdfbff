using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Telemetry;

internal sealed class ConflictLogTests
{
    private readonly ObservableTimeProvider _clock = new();

    // Each of these conflicts is a commit of its own, and anybody who may send can send without end.
    [Test]
    public async Task Conflicts_TakeOneLineASecond_WithTheFirstIdAndTheCount()
    {
        await using var app = new WebhookApp { Clock = _clock };
        for (var i = 0; i < 10; i++)
        {
            await ConflictAsync(app, $"txn_{i}");
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        await ConflictAsync(app, "txn_10");

        Lines(app).Should().Equal(
            "Warning Conflict: transaction txn_0 was sent again with different content; the first content is kept "
            + "(1 since the last such line, this one first).",
            "Warning Conflict: transaction txn_1 was sent again with different content; the first content is kept "
            + "(10 since the last such line, this one first).");
    }

    private static async Task ConflictAsync(WebhookApp app, string id)
    {
        foreach (var amount in new[] { "1.00", "2.00" })
        {
            using var response = await app.PostAsync(Payment.Json(id, amount: amount));
            ((int)response.StatusCode).Should().Be(202);
        }
    }

    private static IEnumerable<string> Lines(WebhookApp app) => app.Logs.Text.Split('\n')
        .Where(line => line.Contains("Conflict:", StringComparison.Ordinal)).Select(line => line.Trim());
}
