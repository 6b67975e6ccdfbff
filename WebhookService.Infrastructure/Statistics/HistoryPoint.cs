namespace WebhookService.Infrastructure.Statistics;

/// <summary>A part of a past period, over all instances. What is not known is null.</summary>
/// <param name="At">The end of the part.</param>
/// <param name="AcceptedPerSecond">New transactions per second.</param>
/// <param name="ProcessedPerSecond">Transactions per second that became final, PROCESSED or FAILED.</param>
/// <param name="FailedPerSecond">Transactions per second that became FAILED.</param>
/// <param name="Processing">Accepted and not final, at the end of the part.</param>
/// <param name="OldestUnprocessed">
/// The greatest age of a transaction that was not final; null also if there was none.
/// </param>
/// <param name="AcceptP99">
/// The slowest 99th percentile of a second, of the answers of one instance; null also if it answered nobody.
/// </param>
internal sealed record HistoryPoint(
    DateTimeOffset At,
    double? AcceptedPerSecond,
    double? ProcessedPerSecond,
    double? FailedPerSecond,
    long? Processing,
    TimeSpan? OldestUnprocessed,
    TimeSpan? AcceptP99);
