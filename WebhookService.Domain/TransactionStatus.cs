using WebhookService.Domain.Operations;

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

/// <summary>The names of the states on the wire and in every database.</summary>
internal static class TransactionStatusNames
{
    public const string Processing = "PROCESSING";
    public const string Processed = "PROCESSED";
    public const string Failed = "FAILED";

    /// <summary>The name of a status.</summary>
    public static string ToName(TransactionStatus status) => status switch
    {
        TransactionStatus.Processing => Processing,
        TransactionStatus.Processed => Processed,
        TransactionStatus.Failed => Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a transaction status."),
    };

    /// <summary>The status for a name stored in a database.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of the three.</exception>
    public static TransactionStatus FromName(string name) => TryParse(name, out var status)
        ? status
        : throw new ArgumentOutOfRangeException(nameof(name), name, "Not the name of a transaction status.");

    /// <summary>Parses a name, which must be in upper case.</summary>
    public static bool TryParse(string? name, out TransactionStatus status)
    {
        status = name switch
        {
            Processed => TransactionStatus.Processed,
            Failed => TransactionStatus.Failed,
            _ => TransactionStatus.Processing,
        };
        return name is Processing or Processed or Failed;
    }
}

/// <summary>The part of a stored row that a claimed transaction does not have.</summary>
/// <param name="Sequence">See <see cref="Transaction.Sequence"/>.</param>
/// <param name="Status">See <see cref="Transaction.Status"/>.</param>
/// <param name="ProcessedAt">See <see cref="Transaction.ProcessedAt"/>.</param>
/// <param name="NextAttemptAt">See <see cref="Transaction.NextAttemptAt"/>.</param>
/// <param name="ContentHash">See <see cref="Transaction.ContentHash"/>.</param>
/// <param name="FailureReason">See <see cref="Transaction.FailureReason"/>.</param>
/// <param name="Dismissal">See <see cref="Transaction.Dismissal"/>.</param>
internal sealed record StoredState(
    long Sequence,
    TransactionStatus Status,
    DateTimeOffset? ProcessedAt,
    DateTimeOffset? NextAttemptAt,
    byte[]? ContentHash,
    string? FailureReason,
    Dismissal? Dismissal = null);
