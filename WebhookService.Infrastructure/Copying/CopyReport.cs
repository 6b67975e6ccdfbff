using System.Globalization;

namespace WebhookService.Infrastructure.Copying;

/// <summary>Reports the progress of one step at intervals.</summary>
/// <param name="clock">The clock.</param>
/// <param name="report">Receives each line.</param>
/// <param name="step">What is done, such as <c>copied</c>.</param>
/// <param name="table">The table.</param>
/// <param name="all">Number of rows in the source.</param>
/// <param name="before">Number of rows that an earlier run did.</param>
internal sealed class CopyReport(
    TimeProvider clock, Action<string> report, string step, string table, long all, long before = 0)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly long _start = clock.GetTimestamp();
    private long _last = clock.GetTimestamp();

    /// <summary>Notes how many rows are done, including those of earlier runs.</summary>
    public void Note(long rows)
    {
        if (clock.GetElapsedTime(_last) >= Interval)
        {
            _last = clock.GetTimestamp();
            report(Line(rows));
        }
    }

    /// <summary>Reports the end.</summary>
    public void End(long rows, string more = "") => report(Line(rows) + more);

    private string Line(long rows)
    {
        var elapsed = clock.GetElapsedTime(_start);
        var rate = elapsed > TimeSpan.Zero ? (rows - before) / elapsed.TotalSeconds : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{table}: {step} {rows} of {all} rows, {rate:F0} rows/s, {elapsed.TotalSeconds:F1} s");
    }
}
