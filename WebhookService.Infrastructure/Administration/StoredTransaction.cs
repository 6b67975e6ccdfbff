using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Administration;

/// <summary>A row of transactions as it is stored, valid or not, and the rules for every row.</summary>
/// <remarks>
/// SQLite has no checksums: damage within a value leaves the structure intact, and only these rules detect it.
/// </remarks>
internal sealed class StoredTransaction(SqliteDataReader reader)
{
    /// <summary>Reads all rows, in the order of the table.</summary>
    public const string Query = """
        SELECT sequence, transaction_id, source_account, destination_account, amount, currency, status, created_at,
            processed_at, attempts, earlier_attempts, next_attempt_at, content_hash, failure_reason, trace_parent,
            claimed_by, (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'instances'), source,
            succeeded_start, dismissed_at
        FROM transactions ORDER BY sequence
        """;

    private const int TraceParentLength = 55;

    private static readonly long FirstTime = Timestamps.ToUnixMicroseconds(DateTimeOffset.MinValue);
    private static readonly long LastTime = Timestamps.ToUnixMicroseconds(DateTimeOffset.MaxValue);

    private static readonly (string Broken, Func<StoredTransaction, bool> IsKept)[] Rules =
    [
        ("its id is invalid", row => TransactionRules.IsId(row.Id)),
        ("its status is invalid", row => row.Status is "PROCESSING" or "PROCESSED" or "FAILED"),
        ("its amount is invalid", row => row.IsPruned ? row.Amount == "0.00" : IsAmount(row.Amount)),
        ("its currency is invalid", row => row.IsPruned ? row.Currency == "" : IsCurrency(row.Currency)),
        ("its source account is invalid",
            row => row.IsPruned ? row.Source == "" : TransactionRules.IsAccount(row.Source)),
        ("its destination account is invalid",
            row => row.IsPruned ? row.Destination == "" : TransactionRules.IsAccount(row.Destination)),
        ("its time of receipt is invalid", row => IsTime(row.CreatedAt)),
        ("it is finished, but has no valid end time", row => !row.IsFinished || IsTime(row.ProcessedAt)),
        ("it is PROCESSING, but has an end time", row => !row.IsProcessing || row.ProcessedAt is null),
        ("it waits for an attempt, but is not PROCESSING", row => row.NextAttemptAt is null || row.IsProcessing),
        ("the time of its next attempt is invalid", row => row.NextAttemptAt is null || IsTime(row.NextAttemptAt)),
        ("it waits for an attempt, but is claimed", row => row.NextAttemptAt is null || row.ClaimedBy is null),
        ("it is FAILED, but is claimed", row => row.Status != "FAILED" || row.ClaimedBy is null),
        ("its successful attempt is invalid, or it is not PROCESSED",
            row => row.SucceededStart is null
                ? row.Status != "PROCESSED" || row.ClaimedBy is null
                : row is { Status: "PROCESSED", IsPruned: false, ClaimedBy: not null } && IsTime(row.SucceededStart)),
        ("it is finished, but has no attempt", row => !row.IsFinished || row.Attempts is >= 1),
        ("its number of attempts is invalid, or less than before its retry",
            row => row.EarlierAttempts is >= 0 and var before && row.Attempts is { } all && before <= all),
        ("it has a failure reason, but is not FAILED",
            row => row.FailureReason is null || row.Status == "FAILED"),
        ("it is dismissed, but is not FAILED, or the time of that is invalid",
            row => row.DismissedAt is null || (row.Status == "FAILED" && IsTime(row.DismissedAt))),
        ("it is claimed by an instance that never existed",
            row => row.ClaimedBy is null || (row.ClaimedBy is long claim && claim >= 1 && claim <= row.NewestInstance)),
        ("it is pruned, but is PROCESSING", row => !row.IsPruned || row.IsFinished),
        ("the hash of its pruned content is invalid", row => row.Hash is null or byte[] { Length: ContentHash.Length }),
        ("its trace is invalid", row => row.TraceParent is null or string { Length: TraceParentLength }),
        ("its source is invalid",
            row => row.SourceName is null or string { Length: >= 1 and <= SourceEvent.MaxSourceLength }),
    ];

    /// <summary>Its name in a finding: its id, if that is valid.</summary>
    public string Name => TransactionRules.IsId(Id)
        ? string.Create(CultureInfo.InvariantCulture, $"{Id} (sequence {Sequence})")
        : string.Create(CultureInfo.InvariantCulture, $"of sequence {Sequence}");

    private long Sequence { get; } = reader.GetInt64(0);

    private string? Id { get; } = Value(reader, 1) as string;

    private string? Source { get; } = Value(reader, 2) as string;

    private string? Destination { get; } = Value(reader, 3) as string;

    private string? Amount { get; } = Value(reader, 4) as string;

    private string? Currency { get; } = Value(reader, 5) as string;

    private string? Status { get; } = Value(reader, 6) as string;

    private object? CreatedAt { get; } = Value(reader, 7);

    private object? ProcessedAt { get; } = Value(reader, 8);

    private long? Attempts { get; } = Value(reader, 9) as long?;

    private long? EarlierAttempts { get; } = Value(reader, 10) as long?;

    private object? NextAttemptAt { get; } = Value(reader, 11);

    private object? Hash { get; } = Value(reader, 12);

    private object? FailureReason { get; } = Value(reader, 13);

    private object? TraceParent { get; } = Value(reader, 14);

    private object? ClaimedBy { get; } = Value(reader, 15);

    private long NewestInstance { get; } = reader.GetInt64(16);

    private object? SourceName { get; } = Value(reader, 17);

    private object? SucceededStart { get; } = Value(reader, 18);

    private object? DismissedAt { get; } = Value(reader, 19);

    private bool IsPruned => Hash is not null;

    private bool IsProcessing => Status == "PROCESSING";

    private bool IsFinished => Status is "PROCESSED" or "FAILED";

    /// <summary>Returns the rules that the row breaks.</summary>
    public IEnumerable<string> FindBrokenRules() => Rules.Where(rule => !rule.IsKept(this)).Select(rule => rule.Broken);

    private static object? Value(SqliteDataReader reader, int column) =>
        reader.GetValue(column) is not DBNull and var value ? value : null;

    private static bool IsTime(object? value) => value is long time && time >= FirstTime && time <= LastTime;

    // Always two decimals: 150.5 is the same number, but a different text when a repeat is compared.
    private static bool IsAmount(string? text) =>
        text is [.., '.', _, _] && Domain.Amount.TryParse(Encoding.UTF8.GetBytes(text), out _);

    private static bool IsCurrency(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);
}
