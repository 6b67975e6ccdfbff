namespace WebhookService.Domain;

/// <summary>
/// Where a transaction stands. It moves forward once; only an operator takes it back, for another round:
/// <code>
///   receive ──► Processing ──┬─► Processed   (final)
///                  ▲         └─► Failed      (the dead letter)
///                  └── retry ────────┘
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
