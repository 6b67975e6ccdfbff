using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Api.Operations;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Dashboard;

/// <summary>Where the service stood at a moment, and what happened since the moment before.</summary>
/// <param name="At">When it was taken, UTC.</param>
/// <param name="Processing">Accepted and not final, over all instances; null when the store could not be read.</param>
/// <param name="Processed">Done, over all instances; null when the store could not be read.</param>
/// <param name="Failed">Given up, over all instances; null when the store could not be read.</param>
/// <param name="Conflicts">Other content under a known id, over all instances; null when the store could not be
/// read.</param>
/// <param name="OldestUnprocessedSeconds">Age of the oldest that is not final; null when all are, or unknown.</param>
/// <param name="QueueDepth">Ids that wait in the memory of this instance.</param>
/// <param name="InFlight">Transactions that this instance has under way.</param>
/// <param name="AcceptedPerSecond">New ones on this instance, since the sample before.</param>
/// <param name="ProcessedPerSecond">Finished ones on this instance, since the sample before.</param>
/// <param name="AcceptP50Ms">Within so many milliseconds half of the senders were answered; null when none was.</param>
/// <param name="AcceptP99Ms">The same for 99 of 100.</param>
/// <param name="Paused">Whether this instance calls nobody, since the external API is in trouble.</param>
/// <param name="InboxWaiting">Accepted here and not yet in the database; null without an inbox.</param>
/// <param name="InboxQuarantined">Put aside here, since the database refuses them; null without an inbox.</param>
public sealed record SampleResponse(
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset At,
    long? Processing,
    long? Processed,
    long? Failed,
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
