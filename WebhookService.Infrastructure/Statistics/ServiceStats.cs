using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>Where the service stands.</summary>
/// <param name="Totals">Counts over all instances; null when the store could not be read.</param>
/// <param name="OldestUnprocessed">
/// How long the oldest transaction that is not final has been waiting; null: none is, or it is not known.
/// </param>
/// <param name="QueueDepth">Ids in the memory of this instance.</param>
/// <param name="InFlight">Transactions that this instance has under way.</param>
/// <param name="AcceptedPerSecond">New ones on this instance, over the last minute.</param>
/// <param name="ProcessedPerSecond">Finished ones on this instance, over the last minute.</param>
/// <param name="IsPaused">Whether this instance calls nobody, since the external API is in trouble.</param>
/// <param name="InboxWaiting">
/// Accepted on this instance and not yet known to be in the database; null without an inbox.
/// </param>
/// <param name="InboxQuarantined">Put aside on this instance, since the database refuses them.</param>
public sealed record ServiceStats(
    StoreTotals? Totals,
    TimeSpan? OldestUnprocessed,
    int QueueDepth,
    int InFlight,
    double AcceptedPerSecond,
    double ProcessedPerSecond,
    bool IsPaused,
    long? InboxWaiting,
    long? InboxQuarantined);
