namespace WebhookService.Domain;

/// <summary>The effect of an attempt on its transaction, written once, together with the attempt.</summary>
internal sealed record Completion
{
    private Completion(string transactionId, int claim, TransactionStatus status, Attempt attempt)
    {
        TransactionId = transactionId;
        Claim = claim;
        Status = status;
        Attempt = attempt;
    }

    /// <summary>The transaction that was attempted.</summary>
    public string TransactionId { get; }

    /// <summary>The claim it was made under: its fencing token (<see cref="ClaimedTransaction.Claim"/>).</summary>
    public int Claim { get; }

    /// <summary>The new status of the transaction; PROCESSING when another attempt follows.</summary>
    public TransactionStatus Status { get; }

    public Attempt Attempt { get; }

    /// <summary>Why the transaction failed, 500 characters at most; null unless FAILED.</summary>
    public string? FailureReason { get; private init; }

    /// <summary>When the next attempt may begin; null when there is none.</summary>
    public DateTimeOffset? NextAttemptAt { get; private init; }

    /// <summary>When the transaction became final; null when another attempt follows.</summary>
    public DateTimeOffset? ProcessedAt => NextAttemptAt is null ? Attempt.StartedAt + Attempt.Duration : null;

    /// <summary>The attempt succeeded; the transaction is final.</summary>
    public static Completion Processed(string transactionId, int claim, Attempt attempt) =>
        new(transactionId, claim, TransactionStatus.Processed, attempt);

    /// <summary>The last attempt failed; the transaction is final.</summary>
    public static Completion Failed(string transactionId, int claim, Attempt attempt, string reason) =>
        new(transactionId, claim, TransactionStatus.Failed, attempt) { FailureReason = Attempt.Shorten(reason) };

    /// <summary>The attempt failed, and another one follows.</summary>
    public static Completion Again(
        string transactionId, int claim, Attempt attempt, DateTimeOffset nextAttemptAt) =>
        new(transactionId, claim, TransactionStatus.Processing, attempt)
        {
            NextAttemptAt = Timestamps.ToMicroseconds(nextAttemptAt),
        };
}
