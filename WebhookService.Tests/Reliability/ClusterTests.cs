using System.Collections.Concurrent;
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
/// WEBHOOK_TEST_CLUSTER_INSTANCES (default 3) on one PostgreSQL, of which each fourth accepts and does not process; every
/// 5 s one in ten is killed and restarted, for WEBHOOK_TEST_CLUSTER_SECONDS (default 10).
/// </summary>
/// <remarks>With more than ten instances, which share two cores here, all times are six times as long.</remarks>
[NonParallelizable]
[Category("Long")]
internal sealed class ClusterTests
{
    private const string Database = "cluster";

    // On top of the configured times: starts, kills, and a machine that does everything on two cores.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(4) * Scale;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6) * Scale;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1) * Scale;
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1) * Scale;
    private static readonly TimeSpan KillInterval = TimeSpan.FromSeconds(5) * Scale;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_CLUSTER_SECONDS") ?? "10", CultureInfo.InvariantCulture));

    private readonly ConcurrentDictionary<string, DateTimeOffset> _promised = new();
    private readonly ConcurrentDictionary<int, DateTimeOffset> _deaths = new();
    private readonly ServiceProcess?[] _instances = new ServiceProcess?[Count];
    private readonly Slowest _slowest = new();
    private int _refused;

    private static int Count { get; } =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_CLUSTER_INSTANCES") ?? "3", CultureInfo.InvariantCulture);

    private static int Scale => Count > 10 ? 6 : 1;

    [Test]
    public async Task Instances_KeepEveryPromise_WhenOneIsKilledAgainAndAgain()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        const int seed = 20260115;
        using var directory = new TempDirectory();
        await using var server = await PostgresServer.StartAsync();
        await server.ExecuteAsync($"CREATE DATABASE {Database}");
        await using var counter = await CallCounter.StartAsync();
        (string Key, string Value)[] settings =
        [
            .. counter.Settings(),
            ("DATABASE_URL", server.Url(Database)),
            ("Processing__Delay", $"{Delay}"),
            ("Processing__SweepInterval", $"{Sweep}"),
            ("Instance__LeaseDuration", $"{Lease}"),
            ("Instance__HeartbeatInterval", $"{Heartbeat}"),
            ("Database__MaxReadConnections", "2"),
            ("Dashboard__SampleInterval", $"{Sweep}"),
        ];
        for (var i = 0; i < _instances.Length; i++)
        {
            _instances[i] = await ServiceProcess.StartReadyAsync(directory, SettingsOf(i, settings));
        }

        using var stop = new CancellationTokenSource(Duration);
        var posting = Task.WhenAll(Enumerable.Range(0, 4).Select(sender => Task.Run(() => PostAsync(sender, stop.Token))));
        await KillAgainAndAgainAsync(directory, settings, new Random(seed), stop.Token);
        await posting;
        await Eventually.HoldsAsync(
            async () => (await server.QueryAsync("SELECT count(*) FROM transactions WHERE status = 'PROCESSING'", Database)).Single() == "0",
            $"all are processed (seed {seed})");

        var stored = await server.QueryAsync("SELECT transaction_id FROM transactions WHERE status = 'PROCESSED' AND attempts = 1", Database);
        var rows = await server.QueryAsync("SELECT count(*) FROM transactions", Database);
        foreach (var instance in _instances)
        {
            await instance!.DisposeAsync();
        }

        TestContext.Out.WriteLine(
            $"{Count} instances, {_deaths.Count} kills, {_promised.Count} promised, {_refused} refused, {rows.Single()} stored, "
            + $"{counter.Calls.Count} calls, slowest answer {_slowest.Duration.TotalMilliseconds:0} ms");
        _promised.Should().NotBeEmpty();
        _deaths.Should().NotBeEmpty();
        _promised.Keys.Except(stored).Should().BeEmpty("each 202 is a promise (seed {0})", seed);
        rows.Single().Should().Be($"{stored.Count}", "each row had one terminal transition");
        CheckCalls(counter.Calls);
    }

    // Each id is sent to two instances; if one of them dies without an answer, the other still receives the id.
    private async Task PostAsync(int sender, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"cluster_{sender}_{i}";
            for (var copy = 0; copy < 2; copy++)
            {
                try
                {
                    var instance = _instances[(sender + i + copy) % _instances.Length]!;
                    var begun = Stopwatch.GetTimestamp();
                    using var response = await instance.Client.PostAsync(
                        WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id)), CancellationToken.None);
                    _slowest.NoteSince(begun);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                    {
                        _promised.TryAdd(id, TimeProvider.System.GetUtcNow());
                    }
                    else
                    {
                        Interlocked.Increment(ref _refused);
                        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or ObjectDisposedException or OperationCanceledException)
                {
                    // The instance was killed during the request: it promised nothing.
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task KillAgainAndAgainAsync(
        TempDirectory directory, (string Key, string Value)[] settings, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(KillInterval, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var victim in Enumerable.Range(0, _instances.Length).OrderBy(_ => random.Next()).Take(Math.Max(1, Count / 10)))
            {
                var killed = _instances[victim]!;
                await killed.KillAsync();
                _deaths[killed.Id] = TimeProvider.System.GetUtcNow();
                _instances[victim] = await ServiceProcess.StartReadyAsync(directory, SettingsOf(victim, settings));
                await killed.DisposeAsync();
            }
        }
    }

    private static (string Key, string Value)[] SettingsOf(int instance, (string Key, string Value)[] settings) =>
        [.. settings, ("Processing__Enabled", instance % 4 == 3 ? "false" : "true")];

    // Each id has one call, unless its instance died; then another call follows within the configured times.
    private void CheckCalls(IEnumerable<CallCounter.Call> all)
    {
        var longest = TimeSpan.Zero;
        var repeated = 0;
        foreach (var calls in all.GroupBy(call => call.Id).Select(group => group.OrderBy(call => call.At).ToArray()))
        {
            for (var i = 0; i + 1 < calls.Length; i++)
            {
                repeated++;
                _deaths.Should().ContainKey(calls[i].Process, "{0} was called again", calls[i].Id);
                var death = _deaths[calls[i].Process];
                (death - calls[i].At).Should().BeLessThan(Delay + Slack, "{0} was claimed when its instance died", calls[i].Id);
                longest = Max(longest, calls[i + 1].At - death);
            }

            if (_promised.TryGetValue(calls[0].Id, out var promisedAt))
            {
                longest = Max(longest, calls[0].At - promisedAt);
            }
        }

        TestContext.Out.WriteLine($"{repeated} calls repeated after a death; longest wait {longest.TotalSeconds:0.0} s");
        longest.Should().BeLessThan(Lease + Sweep + KillInterval + Slack);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
