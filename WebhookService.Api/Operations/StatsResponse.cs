using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Operations;

/// <summary>Where the service stands.</summary>
/// <param name="Processing">Accepted and not final, over all instances.</param>
/// <param name="Processed">Done, over all instances.</param>
/// <param name="Failed">Given up, over all instances.</param>
/// <param name="Conflicts">How often other content came under a known id, over all instances.</param>
/// <param name="OldestUnprocessedSeconds">Age of the oldest that is not final; null when all are.</param>
/// <param name="QueueDepth">Ids that wait in the memory of this instance.</param>
/// <param name="InFlight">Transactions that this instance has under way.</param>
/// <param name="AcceptedPerSecond">New ones on this instance, over the last minute.</param>
/// <param name="ProcessedPerSecond">Finished ones on this instance, over the last minute.</param>
/// <param name="Paused">Whether this instance calls nobody, since the external API is in trouble.</param>
/// <param name="InboxWaiting">Accepted here and not yet in the database; null without an inbox.</param>
/// <param name="InboxQuarantined">Put aside here, since the database refuses them; null without an inbox.</param>
public sealed record StatsResponse(
    long Processing,
    long Processed,
    long Failed,
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
