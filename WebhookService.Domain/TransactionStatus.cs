namespace WebhookService.Domain;

/// <summary>
/// The state of a transaction. It moves forward once; only an operator's retry moves it back, for another round:
/// <code>
///   receive ──► Processing ──┬─► Processed   (final)
///                  ▲         └─► Failed      (the dead letter)
///                  └── retry ────────┘
/// </code>
/// </summary>
public enum TransactionStatus
{
    /// <summary>Durable and acknowledged: waiting for its external call, or in it.</summary>
    Processing,

    /// <summary>The external call succeeded.</summary>
    Processed,

    /// <summary>The external call failed permanently; <see cref="Transaction.FailureReason"/> says why.</summary>
    Failed,
}
