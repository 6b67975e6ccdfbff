namespace WebhookService.Domain.Reading;

/// <summary>How many transactions there are, over all instances.</summary>
/// <param name="Processing">Accepted and not final.</param>
/// <param name="Processed">Done.</param>
/// <param name="Failed">Given up.</param>
/// <param name="Conflicts">How often other content was sent under a known id.</param>
/// <param name="OldestUnprocessed">When the oldest that is not final was received; null when all are.</param>
public sealed record StoreTotals(
    long Processing, long Processed, long Failed, long Conflicts, DateTimeOffset? OldestUnprocessed);
