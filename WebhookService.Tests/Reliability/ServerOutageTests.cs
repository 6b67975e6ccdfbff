using System.Diagnostics;
using System.Globalization;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>PostgreSQL goes away under load for WEBHOOK_TEST_OUTAGE_SECONDS (default 5), then returns.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class ServerOutageTests
{
    private const string Database = "outage";

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_OUTAGE_SECONDS") ?? "5", CultureInfo.InvariantCulture));

    // The promise is 10 s; it does not cover the machine that runs the test.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    [TestCase("stopped")]
    [TestCase("killed")]
    [TestCase("frozen")]
    public async Task Service_AnswersHonestlyAndRecovers_WhenTheServerIs(string how)
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        using var directory = new TempDirectory();
        await using var server = await PostgresServer.StartAsync();
        await server.ExecuteAsync($"CREATE DATABASE {Database}");
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("DATABASE_URL", server.Url(Database)), ("Processing__Delay", "00:00:00.500"),
            ("Reads__Timeout", "00:00:00.200"), ("Database__MaxReadConnections", "60"));
        var load = new Load(service.Client, how);
        using var stop = new CancellationTokenSource();
        var posting = load.PostUntilAsync(stop.Token, connections: 16);
        await Eventually.HoldsAsync(() => load.Accepted.Count > 200, "the service is under load");
        await Task.WhenAll(Enumerable.Range(0, 80).Select(_ => service.Client.GetAsync($"/v1/transactions/{load.Accepted.First()}")));

        await (how switch { "stopped" => server.StopAsync(), "killed" => server.KillAsync(), _ => server.FreezeAsync() });
        await Eventually.HoldsAsync(async () => !await service.IsReadyAsync(), "the service reports that it is not ready");
        var away = Stopwatch.StartNew();
        while (away.Elapsed < Duration)
        {
            (await service.IsReadyAsync()).Should().BeFalse("the server is away");
            var unknown = await Task.WhenAll(Enumerable.Range(0, 80).Select(_ => service.Client.GetAsync("/v1/transactions/nobody")));
            unknown.Should().OnlyContain(
                answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable, "without the server, the absence of a row cannot be known");
        }

        await (how switch { "frozen" => server.ThawAsync(), _ => server.StartAgainAsync() });
        var back = Stopwatch.StartNew();
        await Eventually.HoldsAsync(service.IsReadyAsync, "the service is ready again", Recovery);
        var recovered = back.Elapsed;

        // A server that is frozen for a shorter time than Database__CommandTimeout delays commits, and none fails.
        await Eventually.HoldsAsync(
            () => !service.Output.Contains("Commit failed", StringComparison.Ordinal)
                || service.Output.Contains("the database was away for", StringComparison.Ordinal),
            "the log says that the server is back");

        await Eventually.HoldsAsync(
            async () => (await Task.WhenAll(
                Enumerable.Range(0, 80).Select(_ => service.Client.GetAsync($"/v1/transactions/{load.Accepted.First()}"))))
                .All(answer => answer.StatusCode == HttpStatusCode.OK),
            "as many readers as before can read again");
        var before = load.Accepted.Count;
        await Eventually.HoldsAsync(() => load.Accepted.Count > before + 200, "the service accepts again");
        await stop.CancelAsync();
        await posting;

        await Eventually.HoldsAsync(
            async () => (await server.QueryAsync("SELECT count(*) FROM transactions WHERE status = 'PROCESSING'", Database)).Single() == "0",
            "all are processed");
        var stored = await server.QueryAsync("SELECT transaction_id FROM transactions WHERE attempts = 1", Database);
        TestContext.Out.WriteLine($"{how}: {load.Sent} sent, {load.Accepted.Count} accepted, {load.Refused.Count} refused, {stored.Count} "
            + $"stored, slowest {load.Slowest.TotalMilliseconds:0} ms, ready {recovered.TotalSeconds:0.0} s after its return");
        load.Accepted.Except(stored).Should().BeEmpty("each 202 is a promise");
        load.Refused.Should().NotBeEmpty().And.OnlyContain(
            answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter != null);

        // The promise is 500 ms; it does not cover the machine that runs the test.
        load.Slowest.Should().BeLessThan(TimeSpan.FromSeconds(2));
    }
}
