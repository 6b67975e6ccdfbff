using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>Three instances on one PostgreSQL behind a proxy, each in turn stopped and started under load.</summary>
/// <remarks>
/// The server runs without fsync: a 503 caused by a slow, shared disk would say nothing about restarts.
/// </remarks>
[NonParallelizable]
[Category("Long")]
internal sealed class RollingRestartTests
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
        await Eventually.HoldsAsync(proxy.SeesAll, "the proxy sends to all instances");
        using var client = new HttpClient { BaseAddress = proxy.Address };
        var load = new PacedLoad(client, Prefix);
        var restarting = Task.Run(() => RestartEachAsync(directory, settings, proxy));
        var sent = await PostUntilAsync(restarting, load);
        await restarting;

        TestContext.Out.WriteLine($"{sent} sent, {load.Refused} refused, {counter.Calls.Count} calls");
        CheckRefusals(load);
        await CheckEachIsProcessedOnceAsync(server, counter, load, sent);
    }

    // A draining or stopped instance refuses at once, and so does a proxy without a healthy instance. A refusal at the
    // deadline has another cause: this machine was overloaded.
    private static void CheckRefusals(PacedLoad load)
    {
        load.Refusals.ToList().ForEach(TestContext.Out.WriteLine);
        load.Refusals.Where(refusal => refusal.After < Deadline).Should().BeEmpty();
        load.Refusals.Count.Should().BeLessThan(PerSecond, "refusals caused by an overloaded machine must be rare");
    }

    // One second at a time, so that the load ends soon after the last restart.
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
        counter.Calls.Select(call => call.Id).Order().Should().Equal(rows.Order(), "each id has one call");
    }

    private async Task RestartEachAsync(TempDirectory directory, (string Key, string Value)[] settings, HealthyProxy proxy)
    {
        for (var i = 0; i < _instances.Length; i++)
        {
            var stopped = _instances[i];
            var port = stopped.Client.BaseAddress!.Port.ToString(CultureInfo.InvariantCulture);
            TestContext.Out.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} instance {i} stops");
            (await stopped.TerminateAsync()).Should().Be(0, stopped.Errors);
            stopped.Output.Should().Contain("Draining");

            _instances[i] = await ServiceProcess.StartReadyAsync(directory, [.. settings, ("PORT", port)]);
            await stopped.DisposeAsync();
            await Eventually.HoldsAsync(proxy.SeesAll, "the proxy sends to it again");
            TestContext.Out.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} instance {i} is back");
        }
    }
}
