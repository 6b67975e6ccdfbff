using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>PostgreSQL commits the result of a call, and its answer is lost in transit.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class LostAnswerTests
{
    private const string Database = "answer";
    private const int Rows = 8;

    // Long enough that resends of a result back off for seconds, so that due rows are claimed before a resend.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(5);

    // Longer than any wait before a result is sent again.
    private static readonly TimeSpan Resend = TimeSpan.FromSeconds(7);

    [Test]
    public async Task Service_CallsOnceAtATime_WhenTheAnswerToACommittedResultIsLost()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        using var directory = new TempDirectory();
        await using var server = await PostgresServer.StartAsync();
        await server.ExecuteAsync($"CREATE DATABASE {Database}");
        await using var proxy = new TcpProxy(server.Port);
        await using var api = await ScriptedApi.StartAsync();
        using var firstAnswers = new SemaphoreSlim(0);
        using var secondAnswers = new SemaphoreSlim(0);
        var underWay = new ConcurrentDictionary<string, int>();
        var atOnce = new ConcurrentBag<string>();
        api.Answer = async (call, http) =>
        {
            if (underWay.AddOrUpdate(call.Key, 1, (_, count) => count + 1) > 1)
            {
                atOnce.Add(call.Key);
            }

            await (call.Number == 1 ? firstAnswers : secondAnswers).WaitAsync();
            underWay.AddOrUpdate(call.Key, 0, (_, count) => count - 1);
            await ScriptedApi.StatusAsync(http, call.Number == 1 ? 503 : 200);
        };
        await using var service = await ServiceProcess.StartReadyAsync(
            directory,
            ("DATABASE_URL", server.Url(Database).Replace($":{server.Port}/", $":{proxy.Port}/", StringComparison.Ordinal)),
            ("ExternalApi__Url", api.Url), ("ExternalApi__Timeout", "00:01:00"), ("ExternalApi__BackoffBase", "00:00:00.010"),
            ("ExternalApi__BackoffMax", "00:00:00.010"), ("ExternalApi__BreakMinimumCalls", "1000"), ("Processing__SweepInterval", "00:00:00.200"));
        var load = new Load(service.Client, "lost");
        await load.PostAsync(Rows, connections: 1);
        await Eventually.HoldsAsync(() => api.Calls.Count == Rows, "every row has a call");

        proxy.LoseAnswerTo("Service Unavailable");
        firstAnswers.Release(Rows);
        await Eventually.HoldsAsync(async () => await CountAsync("TRUE", "attempts") > 0, "a result is committed");
        await ForAsync(Outage);
        proxy.Allow();
        await Eventually.HoldsAsync(() => api.Calls.Count >= 2 * Rows, "every row has a second call");
        await ForAsync(Resend);
        secondAnswers.Release(10 * Rows);
        await Eventually.HoldsAsync(async () => await CountAsync("status = 'PROCESSING'") == 0, "all are processed");

        TestContext.Out.WriteLine($"{api.Calls.Count} calls for {Rows} rows, {atOnce.Distinct().Count()} of them two at once");
        atOnce.Should().BeEmpty("a live instance makes one call at a time for a row");
        api.Calls.GroupBy(call => call.Key).Should().OnlyContain(calls => calls.Count() == 2);
        (await CountAsync("status = 'PROCESSED' AND attempts = 2")).Should().Be(Rows, "the answer to the last call counts");
        (await CountAsync("TRUE", "attempts") + await CountAsync("succeeded_start IS NOT NULL"))
            .Should().Be(2 * Rows, "each call is recorded once");

        async Task<int> CountAsync(string condition, string table = "transactions") => int.Parse(
            (await server.QueryAsync($"SELECT count(*) FROM {table} WHERE {condition}", Database)).Single(), CultureInfo.InvariantCulture);
    }

    // No event marks the end of this wait: during it, nothing must happen.
    private static async Task ForAsync(TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(() => Stopwatch.GetElapsedTime(start) > duration, $"{duration} pass");
    }
}
