using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>The current state of the service.</summary>
/// <param name="Totals">Counts over all instances; null when the store could not be read.</param>
/// <param name="OldestUnprocessed">
/// Age of the oldest transaction that is not final; null if there is none, or if it is unknown.
/// </param>
/// <param name="QueueDepth">Transactions queued in the memory of this instance.</param>
/// <param name="InFlight">Transactions in flight on this instance.</param>
/// <param name="AcceptedPerSecond">New transactions per second on this instance, over the last minute.</param>
/// <param name="ProcessedPerSecond">Finished transactions per second on this instance, over the last minute.</param>
/// <param name="IsPaused">Whether this instance makes no calls, since the external API is failing.</param>
/// <param name="InboxWaiting">
/// Accepted on this instance and not yet known to be in the database; null without an inbox.
/// </param>
/// <param name="InboxQuarantined">Transactions in quarantine on this instance; null without an inbox.</param>
internal sealed record ServiceStats(
    StoreTotals? Totals,
    TimeSpan? OldestUnprocessed,
    int QueueDepth,
    int InFlight,
    double AcceptedPerSecond,
    double ProcessedPerSecond,
    bool IsPaused,
    long? InboxWaiting,
    long? InboxQuarantined);
