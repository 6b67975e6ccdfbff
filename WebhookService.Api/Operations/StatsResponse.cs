using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Operations;

/// <summary>The state of the service.</summary>
/// <param name="Processing">Accepted and not final, over all instances.</param>
/// <param name="Processed">Processed successfully, over all instances.</param>
/// <param name="Failed">Failed, over all instances.</param>
/// <param name="Dismissed">Those of the failed that operators have dismissed.</param>
/// <param name="Conflicts">How often different content was received under a known id, over all instances.</param>
/// <param name="OldestUnprocessedSeconds">Age of the oldest not final, in seconds; null when all are.</param>
/// <param name="QueueDepth">Transactions queued in this instance's memory.</param>
/// <param name="InFlight">Transactions that this instance is processing.</param>
/// <param name="AcceptedPerSecond">New transactions a second on this instance, over the last minute.</param>
/// <param name="ProcessedPerSecond">Finished transactions a second on this instance, over the last minute.</param>
/// <param name="Paused">Whether this instance has paused its calls because the external API fails.</param>
/// <param name="InboxWaiting">Accepted here and not yet in the database; null without an inbox.</param>
/// <param name="InboxQuarantined">Quarantined here, because the database rejects them; null without an inbox.</param>
internal sealed record StatsResponse(
    long Processing,
    long Processed,
    long Failed,
    long Dismissed,
    long Conflicts,
    double? OldestUnprocessedSeconds,
    int QueueDepth,
    int InFlight,
    double AcceptedPerSecond,
    double ProcessedPerSecond,
    bool Paused,
    long? InboxWaiting,
    long? InboxQuarantined)
{
    /// <exception cref="ArgumentException">There are no counts.</exception>
    public static StatsResponse From(ServiceStats stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        var totals = stats.Totals ?? throw new ArgumentException("There are no counts.", nameof(stats));
        return new StatsResponse(
            totals.Processing,
            totals.Processed,
            totals.Failed,
            totals.Dismissed,
            totals.Conflicts,
            ToSeconds(stats.OldestUnprocessed),
            stats.QueueDepth,
            stats.InFlight,
            Math.Round(stats.AcceptedPerSecond, 1),
            Math.Round(stats.ProcessedPerSecond, 1),
            stats.IsPaused,
            stats.InboxWaiting,
            stats.InboxQuarantined);
    }

    // Another instance's clock may be ahead of this one's.
    internal static double? ToSeconds(TimeSpan? age) =>
        age is { } known ? Math.Round(Math.Max(0, known.TotalSeconds), 1) : null;
}
