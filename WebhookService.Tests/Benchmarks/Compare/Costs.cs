using System.Diagnostics;
using System.Globalization;
using WebhookService.Tests.Benchmarks.Compare.Counters;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>The cost of one accepted transaction for a subject, at 64 connections.</summary>
/// <param name="Microseconds">Processor time of the subject's own process, without that of a database server.</param>
/// <param name="Bytes">Total bytes allocated on the managed heap.</param>
/// <param name="Syncs">fsync and fdatasync calls; null when they could not be counted.</param>
/// <param name="Statements">SQL statements; null when it runs none or they could not be counted.</param>
internal sealed record Costs(double Microseconds, double Bytes, double? Syncs, double? Statements)
{
    private const int Connections = 64;

    /// <summary>Measures one cost at a time, each on a fresh process, since counting slows the process down.</summary>
    public static async Task<Costs> MeasureAsync(Subject subject, int seconds, Func<string> newDirectory)
    {
        double microseconds;
        double bytes;
        await using (var running = await StartWarmAsync(subject, newDirectory()))
        {
            var before = running.Processor;
            var load = await Wrk.PostAsync(running.Port, Connections, seconds);
            microseconds = (running.Processor - before).TotalMicroseconds / load.Requests;
            using var allocations = new Allocations(running.Id);
            load = await Wrk.PostAsync(running.Port, Connections, seconds);
            bytes = (double)await allocations.StopAsync() / load.Requests;
        }

        var (syncs, statements) = subject switch
        {
            { IsOnSqlite: true } => await CountSqliteAsync(subject, seconds, newDirectory()),
            { Postgres: { } counter } => await CountPostgresAsync(subject, counter, seconds, newDirectory()),
            _ => (null, null),
        };
        return new Costs(microseconds, bytes, syncs, statements);
    }

    private static async Task<RunningSubject> StartWarmAsync(Subject subject, string data)
    {
        var running = await subject.StartAsync(WholeSystem.Port, data);
        await Wrk.PostAsync(running.Port, Connections, WholeSystem.WarmUp);
        return running;
    }

    private static async Task<(double? Syncs, double? Statements)> CountPostgresAsync(
        Subject subject, PostgresCounter counter, int seconds, string data)
    {
        await using var running = await StartWarmAsync(subject, data);
        var before = await counter.CountAsync();
        var load = await Wrk.PostAsync(running.Port, Connections, seconds);
        var after = await counter.CountAsync();
        return ((double)(after.Syncs - before.Syncs) / load.Requests, (double)(after.Statements - before.Statements) / load.Requests);
    }

    private static async Task<(double? Syncs, double? Statements)> CountSqliteAsync(Subject subject, int seconds, string data)
    {
        await using var running = await StartWarmAsync(subject, data);
        await using var counter = await SqliteCounter.StartAsync(running.Id);
        if (counter is null)
        {
            return (null, null);
        }

        var load = await Wrk.PostAsync(running.Port, Connections, seconds);
        var (syncs, steps) = await counter.StopAsync();
        return ((double)syncs / load.Requests, (double)steps / load.Requests);
    }
}

/// <summary>The time of one fsync of a 4 KiB page on the disk that holds all measured data.</summary>
internal static class RawSync
{
    private const int Times = 1_000;

    /// <summary>The median, in milliseconds.</summary>
    public static double Measure(string directory)
    {
        using var file = File.OpenHandle(Path.Combine(directory, "raw"), FileMode.Create, FileAccess.Write);
        var page = new byte[4_096];
        var times = new double[Times];
        for (var i = 0; i < Times; i++)
        {
            RandomAccess.Write(file, page, i % 256 * (long)page.Length);
            var start = Stopwatch.GetTimestamp();
            RandomAccess.FlushToDisk(file);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"raw fsync: {times.Order().ElementAt(Times / 2):0.000} ms"));
        return times.Order().ElementAt(Times / 2);
    }
}
