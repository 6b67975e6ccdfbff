using System.Diagnostics;
using System.Globalization;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>
/// A PostgreSQL primary with a synchronous standby is killed under load and the standby promoted,
/// WEBHOOK_TEST_FAILOVERS times (default 1).
/// </summary>
[NonParallelizable]
[Category("Long")]
internal sealed class FailoverTests
{
    private const string Database = "failover";

    private static readonly int Rounds =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_FAILOVERS") ?? "1", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Service_LosesNothing_AndFindsTheNewPrimary()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        using var directory = new TempDirectory();
        var primary = await PostgresServer.StartAsync();
        PostgresServer? standby = null;
        try
        {
            await primary.ExecuteAsync($"CREATE DATABASE {Database}");
            standby = await primary.StartStandbyAsync();
            var user = new Uri(primary.Url(Database)).UserInfo;
            var url = $"postgresql://{user}@127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}/{Database}?target_session_attrs=primary";
            await using var service = await ServiceProcess.StartReadyAsync(
                directory, ("DATABASE_URL", url), ("Processing__Delay", "00:00:00.500"));
            var load = new Load(service.Client, "failover");
            using var stop = new CancellationTokenSource();
            var posting = load.PostUntilAsync(stop.Token, connections: 16);

            var slowest = TimeSpan.Zero;
            for (var round = 0; round < Rounds; round++)
            {
                await RequireStandbyAsync(primary);
                await AcceptMoreAsync(load);
                var killed = Stopwatch.StartNew();
                await primary.KillAsync();
                await standby.PromoteAsync();
                await Eventually.HoldsAsync(service.IsReadyAsync, "the service has found the new primary", Recovery);
                slowest = killed.Elapsed > slowest ? killed.Elapsed : slowest;
                await AcceptMoreAsync(load);

                var port = primary.Port;
                await primary.DisposeAsync();
                primary = standby;
                standby = null;
                standby = await primary.StartStandbyAsync(port);
            }

            await stop.CancelAsync();
            await posting;
            await Eventually.HoldsAsync(
                async () => (await primary.QueryAsync("SELECT count(*) FROM transactions WHERE status = 'PROCESSING'", Database))
                    .Single() == "0",
                "all are processed",
                Recovery);
            var stored = await primary.QueryAsync("SELECT transaction_id FROM transactions", Database);
            TestContext.Out.WriteLine($"{Rounds} failovers: {load.Sent} sent, {load.Accepted.Count} accepted, {load.Refused.Count} refused, "
                + $"{stored.Count} stored, slowest answer {load.Slowest.TotalMilliseconds:0} ms, ready at most {slowest.TotalSeconds:0.0} s after the kill");
            load.Accepted.Except(stored).Should().BeEmpty("each 202 is a promise");
            load.Refused.Should().NotBeEmpty().And.OnlyContain(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);

            // The promise is 500 ms; it does not cover the machine that runs the test.
            load.Slowest.Should().BeLessThan(TimeSpan.FromSeconds(2));
        }
        finally
        {
            await primary.DisposeAsync();
            await (standby?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    // From here on, a commit waits until the standby has it. The standby was copied before, and will wait for nobody.
    private static async Task RequireStandbyAsync(PostgresServer primary)
    {
        await Eventually.HoldsAsync(
            async () => (await primary.QueryAsync("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", Database))
                .Single() == "1",
            "the standby receives what the primary writes",
            Recovery);
        await primary.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.ExecuteAsync("SELECT pg_reload_conf()");
        await Eventually.HoldsAsync(
            async () => (await primary.QueryAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", Database))
                .Single() == "1",
            "the standby is synchronous",
            Recovery);
    }

    private static Task AcceptMoreAsync(Load load)
    {
        var before = load.Accepted.Count;
        return Eventually.HoldsAsync(
            () => Task.FromResult(load.Accepted.Count > before + 200), "the service accepts", Recovery);
    }
}
