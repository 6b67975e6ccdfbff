using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>A load at 64 connections whose external calls are answered at once, from the POST to PROCESSED.</summary>
/// <param name="Load">The accepted requests.</param>
/// <param name="Backlog">The most waiting rows in samples taken once a second.</param>
/// <param name="Drain">Time from the last answer to the last row PROCESSED.</param>
/// <param name="Ceiling">Requests per second of the empty action, measured just before.</param>
internal sealed record SustainedLoad(WrkResult Load, long Backlog, TimeSpan Drain, double Ceiling)
{
    /// <summary>Rows PROCESSED per second, from the first POST of the load to the last row.</summary>
    public double Processed => Load.Requests / (Load.Requests / Load.Rate + Drain.TotalSeconds);
}

/// <summary>A load whose every transaction waits 30 seconds for its external call.</summary>
/// <param name="MaxConcurrency">The most transactions in their call at the same time.</param>
/// <param name="Load">The accepted requests.</param>
/// <param name="Drain">Time from the last answer to the last row PROCESSED; null when the limit made most rows wait.</param>
/// <param name="PeakMemory">The largest working set, in bytes.</param>
internal sealed record WaitingLoad(int MaxConcurrency, WrkResult Load, TimeSpan? Drain, long PeakMemory)
{
    /// <summary>The most transactions in their call, at this rate of acceptance.</summary>
    public double InCall => Math.Min(MaxConcurrency, Load.Rate * Endurance.Delay.TotalSeconds);
}

/// <summary>The sustained loads.</summary>
internal static class Endurance
{
    public const int DefaultConcurrency = 10_000;
    public const int HighConcurrency = 500_000;

    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    private const int WaitingConnections = 8;

    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(5);

    /// <summary>Calls that are simulated, without a delay.</summary>
    public static Task<SustainedLoad> SustainAsync(int seconds, string data) =>
        SustainAsync(Subject.Service(("Processing__Delay", "00:00:00")), seconds, data);

    /// <summary>Real HTTP calls to a server on the same machine, without a limit of their rate.</summary>
    public static async Task<SustainedLoad> CallAsync(int seconds, string data)
    {
        var port = WholeSystem.Port + 1;
        await using var sink = await Subject.Peer("sink", "nothing", "empty").StartAsync(port, data);
        return await SustainAsync(
            Subject.Service(
                ("ExternalApi__Url", $"http://127.0.0.1:{port}/v1/webhooks/transactions"),
                ("ExternalApi__CallsPerSecond", "1000000")),
            seconds,
            data);
    }

    private static async Task<SustainedLoad> SustainAsync(Subject subject, int seconds, string data)
    {
        double ceiling;
        await using (var empty = await Subject.Peer("empty", "nothing", "empty").StartAsync(WholeSystem.Port, data))
        {
            await Wrk.PostAsync(empty.Port, 64, WholeSystem.WarmUp);
            ceiling = (await Wrk.PostAsync(empty.Port, 64, 10)).Rate;
        }

        await using var running = await subject.StartAsync(WholeSystem.Port, data);
        await Wrk.PostAsync(running.Port, 64, WholeSystem.WarmUp);
        await DrainAsync(data);
        using var ended = new CancellationTokenSource();
        var watching = WatchBacklogAsync(data, ended.Token);
        var load = await Wrk.PostAsync(running.Port, 64, seconds);
        await ended.CancelAsync();
        Console.Error.WriteLine($"sustained: {load}");
        var drain = await DrainAsync(data);
        return new SustainedLoad(load, await watching, drain, ceiling);
    }

    public static async Task<WaitingLoad> WaitAsync(int maxConcurrency, int seconds, string data)
    {
        await using var running = await Subject.Service(
            ("Processing__Delay", $"{Delay}"), ("Processing__MaxConcurrency", $"{maxConcurrency}")).StartAsync(WholeSystem.Port, data);
        await Wrk.PostAsync(running.Port, WaitingConnections, (int)Delay.TotalSeconds);
        var load = await Wrk.PostAsync(running.Port, WaitingConnections, seconds);
        Console.Error.WriteLine($"waiting, {maxConcurrency}: {load}");
        TimeSpan? drain = maxConcurrency == HighConcurrency ? await DrainAsync(data) : null;
        return new WaitingLoad(maxConcurrency, load, drain, running.PeakMemory);
    }

    private static async Task<long> WatchBacklogAsync(string data, CancellationToken ended)
    {
        long most = 0;
        while (!ended.IsCancellationRequested)
        {
            most = Math.Max(most, CountWaiting(data));
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return most;
    }

    private static async Task<TimeSpan> DrainAsync(string data)
    {
        var start = Stopwatch.GetTimestamp();
        while (CountWaiting(data) > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > DrainPatience)
            {
                throw new TimeoutException($"{CountWaiting(data)} rows are still not processed.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static long CountWaiting(string data)
    {
        using var db = new SqliteConnection($"Data Source={data}/transactions.db;Mode=ReadOnly");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "SELECT count(*) FROM transactions WHERE status = 'PROCESSING'";
        return (long)command.ExecuteScalar()!;
    }
}
