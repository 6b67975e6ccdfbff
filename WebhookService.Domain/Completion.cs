namespace WebhookService.Domain;

/// <summary>What an attempt makes of its transaction, to be written once, together with the attempt.</summary>
public sealed record Completion
{
    private Completion(string transactionId, int claim, TransactionStatus status, Attempt attempt)
    {
        TransactionId = transactionId;
        Claim = claim;
        Status = status;
        Attempt = attempt;
    }

    /// <summary>Whose attempt it was.</summary>
    public string TransactionId { get; }

    /// <summary>The claim under which it was made (<see cref="ClaimedTransaction.Claim"/>): its fence.</summary>
    public int Claim { get; }

    /// <summary>What the transaction becomes; PROCESSING when another attempt follows.</summary>
    public TransactionStatus Status { get; }

    public Attempt Attempt { get; }

    /// <summary>Why it failed, 500 characters at most; null unless it did.</summary>
    public string? FailureReason { get; private init; }

    /// <summary>When the next attempt may begin; null when there is none.</summary>
    public DateTimeOffset? NextAttemptAt { get; private init; }

    /// <summary>When the transaction became final; null when another attempt follows.</summary>
    public DateTimeOffset? ProcessedAt => NextAttemptAt is null ? Attempt.StartedAt + Attempt.Duration : null;

    /// <summary>The attempt succeeded, and that is the end.</summary>
    public static Completion Processed(string transactionId, int claim, Attempt attempt) =>
        new(transactionId, claim, TransactionStatus.Processed, attempt);

    /// <summary>The attempt was the last, and failed.</summary>
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
