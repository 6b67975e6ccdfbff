using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Reliability;

[Category("Long")]
internal sealed class ClockTests
{
    // The last case is the hour that occurs twice in Europe/Berlin. Times are UTC, so it has no effect.
    [TestCase("01:00:00", "2026-01-15T10:30:00Z")]
    [TestCase("-01:00:00", "2026-01-15T10:30:00Z")]
    [TestCase("-10.00:00:00", "2026-01-15T10:30:00Z")]
    [TestCase("00:00:01", "2026-12-31T23:59:59.9Z")]
    [TestCase("01:00:00", "2026-10-25T00:30:00Z")]
    public async Task Service_KeepsItsPromises_WhenTheClockJumps(string jump, string from)
    {
        var clock = new ShiftedClock(TimeSpan.Zero);
        clock.Set(DateTimeOffset.Parse(from, null));
        var calls = new CountingExternalApi();
        await using var app = new WebhookApp(("Processing__SweepInterval", "00:00:00.200")) { Clock = clock, ExternalApi = calls };
        string[] ids = ["before_1", "before_2", "after_1", "after_2"];

        await PostAsync(app, ids[..2]);
        clock.Jump(TimeSpan.Parse(jump, null));
        await PostAsync(app, ids[2..]);
        foreach (var id in ids)
        {
            await app.WaitForStatusAsync(id, "PROCESSED");
        }

        ids.Should().OnlyContain(id => calls.Calls[id] == 1);
        (await app.GetStringAsync("/v1/transactions")).Split("\"transaction_id\"").Should().HaveCount(ids.Length + 1);
    }

    [Test]
    public async Task Instances_StealNothing_WhenTheirClocksAreTenMinutesApart()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        await using var database = await PostgresDatabase.CreateAsync();
        var calls = new CountingExternalApi();
        await using var slow = Instance(database, calls, TimeSpan.FromMinutes(-5));
        await using var fast = Instance(database, calls, TimeSpan.FromMinutes(5));
        string[] ids = [.. Enumerable.Range(0, 60).Select(i => $"apart_{i}")];

        await Task.WhenAll(PostAsync(slow, ids), PostAsync(fast, ids));
        foreach (var id in ids)
        {
            await slow.WaitForStatusAsync(id, "PROCESSED");
        }

        ids.Should().OnlyContain(id => calls.Calls[id] == 1);
    }

    private static WebhookApp Instance(PostgresDatabase database, CountingExternalApi calls, TimeSpan shift) => new(
        ("DATABASE_URL", database.Url), ("Processing__SweepInterval", "00:00:00.200"), ("Instance__HeartbeatInterval", "00:00:01"),
        ("Instance__LeaseDuration", "00:00:04"))
    {
        Clock = new ShiftedClock(shift),
        ExternalApi = calls,
    };

    private static async Task PostAsync(WebhookApp app, string[] ids)
    {
        foreach (var id in ids)
        {
            using var answer = await app.PostAsync(Payment.Json(id));
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        }
    }
}
