using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>Reads the recorded samples as points of a chart.</summary>
internal sealed class StatsHistory
{
    // Up to a day is drawn from the fine samples.
    private static readonly TimeSpan _longestFine = TimeSpan.FromDays(1);

    private readonly TimedReads _reads;
    private readonly DashboardOptions _options;
    private readonly TimeProvider _clock;

    internal StatsHistory(TimedReads reads, IOptions<DashboardOptions> options, TimeProvider clock)
    {
        _reads = reads;
        _options = options.Value;
        _clock = clock;
    }

    /// <summary>
    /// The points from this long ago until now, the oldest first, about <c>Dashboard:MaxPoints</c> at most. Where none
    /// were recorded for a while, one point has only its time.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    public async Task<IReadOnlyList<HistoryPoint>> ReadAsync(TimeSpan range, CancellationToken cancellationToken)
    {
        var (grain, interval) = range <= _longestFine
            ? (SampleRow.Fine, _options.RecordInterval)
            : (SampleRow.Coarse, _options.CoarseInterval);

        // One sample may be missing.
        var widest = interval * 2.5;
        var now = _clock.GetUtcNow();
        var (start, first) = (now - range, now - range - widest);
        var rows = await _reads.RunAsync(
            (db, token) => db.Set<SampleRow>()
                .Where(s => s.Grain == grain && s.At > first && s.At <= now)
                .OrderBy(s => s.At)
                .AsNoTracking()
                .ToListAsync(token),
            cancellationToken).ConfigureAwait(false);

        var width = interval * Math.Max(1, Math.Ceiling(range / interval / _options.MaxPoints));
        List<HistoryPoint> points = [];
        foreach (var part in rows.Zip(rows.Prepend(null), (row, before) => new Step(row, before, widest))
            .Where(step => step.Row.At > start)
            .GroupBy(step => step.Row.At.UtcTicks / width.Ticks))
        {
            if (part.First() is { Seconds: null, Before: { } before, Row: var row } && points.Count > 0)
            {
                points.Add(Gap(before.At + ((row.At - before.At) / 2)));
            }

            points.Add(Sum([.. part]));
        }

        return points;
    }

    private static HistoryPoint Gap(DateTimeOffset at) => new(at, null, null, null, null, null, null);

    private static HistoryPoint Sum(Step[] steps)
    {
        var known = steps.Where(step => step.Seconds is not null).ToArray();
        var seconds = known.Sum(step => step.Seconds);
        var last = steps[^1].Row;
        return new HistoryPoint(
            last.At,
            Rate(row => row.Accepted),
            Rate(row => row.Processed + row.Failed),
            Rate(row => row.Failed),
            last.Processing,
            steps.Max(step => step.Row.Oldest) is { } oldest ? TimeSpan.FromMilliseconds(oldest) : null,
            steps.Max(step => step.Row.AcceptP99) is { } p99 ? TimeSpan.FromMicroseconds(p99) : null);

        // A repair of the totals can lower them.
        double? Rate(Func<SampleRow, long> count) => seconds > 0
            ? known.Sum(step => Math.Max(0, count(step.Row) - count(step.Before!))) / seconds
            : null;
    }

    /// <summary>A row and the one before; their difference is known unless a row between them is missing.</summary>
    private readonly record struct Step(SampleRow Row, SampleRow? Before, TimeSpan Widest)
    {
        public double? Seconds => Before is { } before && Row.At - before.At <= Widest
            ? (Row.At - before.At).TotalSeconds
            : null;
    }
}
