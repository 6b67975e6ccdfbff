using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Api.Operations;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Dashboard;

/// <summary>The state of the service at one moment, and the rates since the previous sample.</summary>
/// <param name="At">When the sample was taken, UTC.</param>
/// <param name="Processing">Accepted and not final, over all instances; null when the store could not be read.</param>
/// <param name="Processed">Processed successfully, over all instances; null when the store could not be read.</param>
/// <param name="Failed">Failed, over all instances; null when the store could not be read.</param>
/// <param name="Dismissed">Those of the failed that operators have dismissed; null when the store could not be
/// read.</param>
/// <param name="Conflicts">How often different content was received under a known id, over all instances; null when the
/// store could not be read.</param>
/// <param name="OldestUnprocessedSeconds">Age of the oldest not final, in seconds; null if none or unknown.</param>
/// <param name="QueueDepth">Transactions queued in this instance's memory.</param>
/// <param name="InFlight">Transactions that this instance is processing.</param>
/// <param name="AcceptedPerSecond">New transactions a second on this instance, since the previous sample.</param>
/// <param name="ProcessedPerSecond">Finished transactions a second on this instance, since the previous sample.</param>
/// <param name="AcceptP50Ms">Median answer time to senders, in milliseconds; null when none was answered.</param>
/// <param name="AcceptP99Ms">The same for the 99th percentile.</param>
/// <param name="Paused">Whether this instance has paused its calls because the external API fails.</param>
/// <param name="InboxWaiting">Accepted here and not yet in the database; null without an inbox.</param>
/// <param name="InboxQuarantined">Quarantined here, because the database rejects them; null without an inbox.</param>
internal sealed record SampleResponse(
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset At,
    long? Processing,
    long? Processed,
    long? Failed,
    long? Dismissed,
    long? Conflicts,
    double? OldestUnprocessedSeconds,
    int QueueDepth,
    int InFlight,
    double AcceptedPerSecond,
    double ProcessedPerSecond,
    [property: JsonPropertyName("accept_p50_ms")] double? AcceptP50Ms,
    [property: JsonPropertyName("accept_p99_ms")] double? AcceptP99Ms,
    bool Paused,
    long? InboxWaiting,
    long? InboxQuarantined)
{
    public static SampleResponse From(StatsSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var (stats, totals) = (sample.Stats, sample.Stats.Totals);
        return new SampleResponse(
            sample.At,
            totals?.Processing,
            totals?.Processed,
            totals?.Failed,
            totals?.Dismissed,
            totals?.Conflicts,
            StatsResponse.ToSeconds(stats.OldestUnprocessed),
            stats.QueueDepth,
            stats.InFlight,
            Math.Round(sample.AcceptedPerSecond, 1),
            Math.Round(sample.ProcessedPerSecond, 1),
            ToMilliseconds(sample.AcceptP50),
            ToMilliseconds(sample.AcceptP99),
            stats.IsPaused,
            stats.InboxWaiting,
            stats.InboxQuarantined);
    }

    private static double? ToMilliseconds(TimeSpan? time) =>
        time is { } known ? Math.Round(known.TotalMilliseconds, 2) : null;
}
