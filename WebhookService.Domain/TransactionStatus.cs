namespace WebhookService.Domain;

/// <summary>
/// Where a transaction stands. It moves forward once and never back:
/// <code>
///   receive ──► Processing ──┬─► Processed   (final)
///                            └─► Failed      (final)
/// </code>
/// </summary>
public enum TransactionStatus
{
    /// <summary>Durable and promised: it waits for, or is in, its external call.</summary>
    Processing,

    /// <summary>The external call succeeded.</summary>
    Processed,

    /// <summary>The external call failed for good; <see cref="Transaction.FailureReason"/> says why.</summary>
    Failed,
}
