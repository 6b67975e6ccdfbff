using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>The page of results and its picture.</summary>
internal static class Report
{
    private const double Megabyte = 1024 * 1024;

    public static async Task WriteAsync(Results results)
    {
        var page = Page(results);
        Console.WriteLine(page);
        if (results.Options.Report is { } directory)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "benchmarks.md"), page);
            await File.WriteAllTextAsync(Path.Combine(directory, "benchmarks.svg"), Chart.Draw(results));
        }
    }

    private static string Page(Results results)
    {
        var page = new StringBuilder();
        page.Append(Invariant($"""
            # Benchmarks

            ```sh
            WebhookService.Tests/Benchmarks/compare.sh
            ```

            This script wrote the page on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}: {Machine()},
            .NET {Environment.Version}, wrk with one thread on the same machine. Each subject runs alone on a fresh database, in turn
            with the others, in {results.Options.Rounds} rounds of {results.Options.Seconds} s each. Figures are medians; ratios are between figures
            of the same round. One fsync of 4 KiB takes {results.RawSync:0.00} ms on this disk.

            ![Accepted requests per second at 64 connections](benchmarks.svg)

            ## Accepted requests per second


            """));
        Accepted(page, results);
        page.Append("\n## Latency\n\nMilliseconds: median, 99th and 99.9th percentile, worst of all rounds; errors are requests without a 202.\n\n");
        Latency(page, results);
        page.Append("\n## Cost of one accepted transaction, at 64 connections\n\n");
        Costs(page, results);
        page.Append("\nProcessor time is that of the subject's process; it excludes the database server. With SQLite, perf counts fsyncs and executed\n"
            + "statements (`sqlite3_step`); with PostgreSQL, the server's statistics do, background workers included.\n");
        Lasting(page, results);
        return page.ToString();
    }

    private static void Accepted(StringBuilder page, Results results)
    {
        page.Append("| | on disk at the 202 |").AppendJoin(" |", WholeSystem.Connections.Select(n => Connected(n))).Append(" |\n");
        page.Append("|---|---|").Insert(page.Length, "---:|", WholeSystem.Connections.Length).Append('\n');
        foreach (var subject in results.Subjects)
        {
            page.Append(Invariant($"| {subject.Name} | {subject.Durability} |")).AppendJoin(" |", WholeSystem.Connections.Select(n => Invariant(
                $" {results.Median(subject, n, sample => sample.Rate):#,0} ({Times(results.Ratio(subject, results.Subjects[0], n))})"))).Append(" |\n");
        }

        page.Append("\nIn brackets: the ratio to the empty action. This service relative to the others, at 64 connections: ");
        page.AppendJoin(", ", results.Subjects.Where(subject => subject != results.Service).Select(subject => Invariant(
            $"{Times(results.Ratio(results.Service, subject, 64))} of \"{subject.Name}\""))).Append(".\n");
    }

    private static void Latency(StringBuilder page, Results results)
    {
        page.Append("| |").AppendJoin(" |", WholeSystem.Connections.Select(n => Connected(n))).Append(" | errors |\n");
        page.Append("|---|").Insert(page.Length, "---:|", WholeSystem.Connections.Length + 1).Append('\n');
        foreach (var subject in results.Subjects)
        {
            page.Append(Invariant($"| {subject.Name} |")).AppendJoin(" |", WholeSystem.Connections.Select(n => Percentiles(results, subject, n)));
            page.Append(Invariant($" | {WholeSystem.Connections.Sum(n => results.Errors(subject, n))} |\n"));
        }

        var limit = 2 * (results.RawSync + results.Median(results.Subjects[0], 1, s => s.P50));
        page.Append(Invariant($"""

            One connection waits for one fsync: the median is {results.Median(results.Service, 1, s => s.P50):0.00} ms; twice the sum of
            the disk's fsync and the empty action's median is {limit:0.00} ms.

            """));
    }

    private static string Percentiles(Results results, Subject subject, int connections)
    {
        var median = results.Median(subject, connections, sample => sample.P50);
        var high = results.Median(subject, connections, sample => sample.P99);
        var higher = results.Median(subject, connections, sample => sample.P999);
        return Invariant($" {median:0.00} / {high:0.0} / {higher:0.0} / {results.Worst(subject, connections):0}");
    }

    private static void Costs(StringBuilder page, Results results)
    {
        page.Append("| | processor time | allocated | fsyncs | SQL statements |\n|---|---:|---:|---:|---:|\n");
        foreach (var (subject, costs) in results.Costs)
        {
            page.Append(Invariant($"| {subject.Name} | {costs.Microseconds:0} µs | {costs.Bytes / 1024:0.0} KiB |"))
                .Append(Optional(costs.Syncs)).Append(" |").Append(Optional(costs.Statements)).Append(" |\n");
        }
    }

    /// <summary>The part of the page about the cost of checks, telemetry and watchers.</summary>
    public static string Effects(IReadOnlyList<Effect> effects)
    {
        var part = new StringBuilder("""

            ## With everything switched on

            The same requests at 64 connections, alternating between a service without the feature and one with it. The programs that sign
            requests, collect telemetry or watch run on the same cores, so the ratio includes their cost, and the rates differ from those
            of the table above.

            | | accepted per second without it | with it | ratio | slowest with it, ms |
            |---|---:|---:|---:|---:|

            """);
        foreach (var effect in effects)
        {
            part.Append(Invariant($"| {effect.Name} | {effect.MedianOff:#,0} | {effect.MedianOn:#,0} | {effect.Ratio:0.00} | {effect.Slowest:0} |\n"));
        }

        return part.ToString();
    }

    /// <summary>The part of the page about the sustained loads; empty when they were left out.</summary>
    public static string Sustained(Results results)
    {
        var page = new StringBuilder();
        if (results is { Sustained: { } sustained, Called: { } called })
        {
            page.Append(Invariant($"""

                ## From the POST to PROCESSED

                64 connections, {results.Options.Sustain} s. The HTTP calls go to an empty action on the same cores.

                | external call | accepted/s | processed/s | of the empty action | most rows waiting | worst, ms | errors | last row PROCESSED after |
                |---|---:|---:|---:|---:|---:|---:|---:|
                {Row("simulated, no delay", sustained)}
                {Row("HTTP, to a local server", called)}

                """));
        }

        if (results.Waited is [{ } few, { } many])
        {
            page.Append(Invariant($"""

                With `Processing__Delay=00:00:30`, for {results.Options.Sustain} s after the first 30 s:

                | `Processing__MaxConcurrency` | in their call | accepted per second | p99, ms | worst, ms | errors | memory, MiB |
                |---:|---:|---:|---:|---:|---:|---:|
                {Row(few)}
                {Row(many)}

                Each transaction in its call takes {(many.PeakMemory - few.PeakMemory) / (many.InCall - few.InCall):#,0} bytes of the process's memory. With the
                higher limit, the last row was PROCESSED {many.Drain?.TotalSeconds:0.0} s after the last answer.

                """));
        }

        return page.ToString();
    }

    private static void Lasting(StringBuilder page, Results results)
    {
        page.Append(Effects(results.Effects));
        page.Append(Sustained(results));
        if (results.Full is { } full)
        {
            page.Append(Invariant($"""

                ## With {full.Rows:#,0} rows in the table

                Accepted per second: {full.Ratio:0.00} times the rate with a table of {full.FewRows:#,0} rows, measured in turn.

                | median, ms | {full.FewRows:#,0} rows | {full.Rows:#,0} rows |
                |---|---:|---:|
                | `GET` by id | {full.Few.Find:0.00} | {full.Full.Find:0.00} |
                | first page of the list | {full.Few.FirstPage:0.00} | {full.Full.FirstPage:0.00} |
                | page 10,000 of the list | | {full.Full.DeepPage:0.00} |

                """));
        }
    }

    private static string Row(string name, SustainedLoad load) => Invariant(
        $"| {name} | {load.Load.Rate:#,0} | {load.Processed:#,0} | {load.Load.Rate / load.Ceiling:0.00} | {load.Backlog:#,0} ")
        + Invariant($"| {load.Load.Max:0} | {load.Load.Errors} | {load.Drain.TotalSeconds:0.0} s |");

    private static string Row(WaitingLoad load) => Invariant(
        $"| {load.MaxConcurrency:#,0} | {load.InCall:#,0} | {load.Load.Rate:#,0} | {load.Load.P99:0.0} | {load.Load.Max:0} ")
        + Invariant($"| {load.Load.Errors} | {load.PeakMemory / Megabyte:0} |");

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return Invariant($"{model?.Split(':')[1].Trim() ?? "unknown processor"}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}");
    }

    private static string Connected(int connections) => connections == 1 ? " 1 connection" : Invariant($" {connections} connections");

    private static string Times(double ratio) => ratio < 10 ? Invariant($"{ratio:0.00} ×") : Invariant($"{ratio:0} ×");

    private static string Optional(double? value) => value is { } number ? Invariant($" {number:0.000}") : string.Empty;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
