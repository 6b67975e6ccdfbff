namespace WebhookService.Domain.Reading;

/// <summary>Transaction counts over all instances.</summary>
/// <param name="Processing">Accepted and not final.</param>
/// <param name="Processed">Processed successfully.</param>
/// <param name="Failed">Failed permanently.</param>
/// <param name="Retried">How often a failed transaction was set back to be processed again.</param>
/// <param name="Dismissed">Those of the failed that operators have dismissed.</param>
/// <param name="Conflicts">How often different content was received under a known id.</param>
/// <param name="OldestUnprocessed">Receipt of the oldest that is not final; null when all are.</param>
internal sealed record StoreTotals(
    long Processing,
    long Processed,
    long Failed,
    long Retried,
    long Dismissed,
    long Conflicts,
    DateTimeOffset? OldestUnprocessed);
