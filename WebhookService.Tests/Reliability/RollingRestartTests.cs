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
public sealed class RollingRestartTests
{
    private const string Database = "rolling";
    private const string Prefix = "roll";
    private const int PerSecond = 50;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(200);

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
            ("Hosting__DrainSeconds", "3"),
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
        load.Refusals.ToList().ForEach(TestContext.Out.WriteLine);
        load.Refusals.Should().BeEmpty();
        await CheckEachIsProcessedOnceAsync(server, counter, sent);
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

    private static async Task CheckEachIsProcessedOnceAsync(PostgresServer server, CallCounter counter, int sent)
    {
        var ids = Enumerable.Range(1, sent).Select(i => $"{Prefix}_{i}").ToHashSet();
        await Eventually.HoldsAsync(
            async () => (await server.QueryAsync("SELECT count(*) FROM transactions WHERE status = 'PROCESSING'", Database)).Single() == "0",
            "all are processed");

        var rows = await server.QueryAsync("SELECT transaction_id FROM transactions WHERE status = 'PROCESSED' AND attempts = 1", Database);

        rows.Should().HaveCount(sent).And.OnlyHaveUniqueItems();
        ids.SetEquals(rows).Should().BeTrue("each id that was sent is one row");
        counter.Calls.Should().HaveCount(sent, "each was called for once");
        counter.Calls.Select(call => call.Id).ToHashSet().SetEquals(ids).Should().BeTrue();
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
