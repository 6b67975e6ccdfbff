using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability;

/// <summary>Three instances on one PostgreSQL behind a proxy, each in turn stopped and started under load.</summary>
/// <remarks>
/// The server is asked for answers, not for durability: here a 503 for a disk that is slow, since others use it too, would
/// say nothing about restarts.
/// </remarks>
[NonParallelizable]
[Category("Long")]
public sealed class RollingRestartTests
{
    private const string Database = "rolling";
    private const string Prefix = "roll";
    private const string DrainSeconds = "3";
    private const int PerSecond = 50;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(400);

    private readonly ServiceProcess[] _instances = new ServiceProcess[3];

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var instance in _instances.OfType<ServiceProcess>())
        {
            await instance.DisposeAsync();
        }
    }

    [Test]
    public async Task Restart_RefusesNoPost_WhenEachInstanceIsDrainedInTurn()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        using var directory = new TempDirectory();
        await using var server = await PostgresServer.StartAsync("-c fsync=off");
        await server.ExecuteAsync($"CREATE DATABASE {Database}");
        await using var counter = await CallCounter.StartAsync();
        (string Key, string Value)[] settings =
        [
            .. counter.Settings(),
            ("DATABASE_URL", server.Url(Database)),
            ("Processing__Delay", "00:00:00.1"),
            ("Hosting__DrainSeconds", DrainSeconds),
        ];
        for (var i = 0; i < _instances.Length; i++)
        {
            _instances[i] = await ServiceProcess.StartReadyAsync(directory, settings);
        }

        await using var proxy = await HealthyProxy.StartAsync(
            _instances.Select(instance => instance.Client.BaseAddress!), ProbeInterval);
        await Eventually.HoldsAsync(proxy.SeesAll, "the proxy sends to all of them");
        using var client = new HttpClient { BaseAddress = proxy.Address };
        var load = new PacedLoad(client, Prefix);
        var restarting = Task.Run(() => RestartEachAsync(directory, settings, proxy));
        var sent = await PostUntilAsync(restarting, load);
        await restarting;

        TestContext.Out.WriteLine($"{sent} sent, {load.Refused} refused, {counter.Calls.Count} calls");
        CheckRefusals(load);
        await CheckEachIsProcessedOnceAsync(server, counter, load, sent);
    }

    // Whoever is on the way out, or gone, refuses at once, and so does a proxy that has nobody to send to. A refusal when
    // the deadline is over is another thing: it says that this machine had no time for anybody.
    private static void CheckRefusals(PacedLoad load)
    {
        load.Refusals.ToList().ForEach(TestContext.Out.WriteLine);
        load.Refusals.Where(refusal => refusal.After < Deadline).Should().BeEmpty();
        load.Refusals.Count.Should().BeLessThan(PerSecond, "that is another thing only if it is rare");
    }

    // A second at a time, so that it ends soon after the last restart.
    private static async Task<int> PostUntilAsync(Task done, PacedLoad load)
    {
        var sent = 0;
        while (!done.IsCompleted)
        {
            sent += (await load.PostAsync(PerSecond, PerSecond)).Length;
        }

        return sent;
    }

    private static async Task CheckEachIsProcessedOnceAsync(PostgresServer server, CallCounter counter, PacedLoad load, int sent)
    {
        var accepted = Enumerable.Range(1, sent).Select(i => $"{Prefix}_{i}").Except(load.Refusals.Select(refusal => refusal.Id));
        await Eventually.HoldsAsync(
            async () => (await server.QueryAsync("SELECT count(*) FROM transactions WHERE status = 'PROCESSING'", Database)).Single() == "0",
            "all are processed");

        var rows = await server.QueryAsync("SELECT transaction_id FROM transactions WHERE status = 'PROCESSED' AND attempts = 1", Database);

        accepted.Except(rows).Should().BeEmpty("each 202 is a promise");
        rows.Should().OnlyHaveUniqueItems();
        counter.Calls.Select(call => call.Id).Order().Should().Equal(rows.Order(), "each was called for once");
    }

    private async Task RestartEachAsync(TempDirectory directory, (string Key, string Value)[] settings, HealthyProxy proxy)
    {
        for (var i = 0; i < _instances.Length; i++)
        {
            var stopped = _instances[i];
            var port = stopped.Client.BaseAddress!.Port.ToString(CultureInfo.InvariantCulture);
            TestContext.Out.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} instance {i} is told to stop");
            (await stopped.TerminateAsync()).Should().Be(0, stopped.Errors);
            stopped.Output.Should().Contain("Draining");

            _instances[i] = await ServiceProcess.StartReadyAsync(directory, [.. settings, ("PORT", port)]);
            await stopped.DisposeAsync();
            await Eventually.HoldsAsync(proxy.SeesAll, "the proxy sends to it again");
            TestContext.Out.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} instance {i} is back");
        }
    }
}
