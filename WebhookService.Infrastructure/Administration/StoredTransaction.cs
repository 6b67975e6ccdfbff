using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Administration;

/// <summary>A row of transactions as it is in the file, whatever that is, and the rules that each row keeps.</summary>
/// <remarks>
/// SQLite has no checksums: damage within a value leaves its structure whole, and only these rules can tell.
/// </remarks>
internal sealed class StoredTransaction(SqliteDataReader reader)
{
    /// <summary>Reads them all, in the order of the table.</summary>
    public const string Query = """
        SELECT sequence, transaction_id, source_account, destination_account, amount, currency, status, created_at,
            processed_at, attempts, earlier_attempts, next_attempt_at, content_hash, failure_reason, trace_parent,
            claimed_by, (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'instances')
        FROM transactions ORDER BY sequence
        """;

    private const int TraceParentLength = 55;

    private static readonly long FirstTime = Timestamps.ToUnixMicroseconds(DateTimeOffset.MinValue);
    private static readonly long LastTime = Timestamps.ToUnixMicroseconds(DateTimeOffset.MaxValue);

    private static readonly (string Broken, Func<StoredTransaction, bool> IsKept)[] Rules =
    [
        ("its id is none", row => TransactionRules.IsId(row.Id)),
        ("its status is none", row => row.Status is "PROCESSING" or "PROCESSED" or "FAILED"),
        ("its amount is none", row => row.IsPruned ? row.Amount == "0.00" : IsAmount(row.Amount)),
        ("its currency is none", row => row.IsPruned ? row.Currency == "" : IsCurrency(row.Currency)),
        ("its source account is none", row => row.IsPruned ? row.Source == "" : TransactionRules.IsAccount(row.Source)),
        ("its destination account is none",
            row => row.IsPruned ? row.Destination == "" : TransactionRules.IsAccount(row.Destination)),
        ("its time of receipt is none", row => IsTime(row.CreatedAt)),
        ("it is finished, and has no time of that", row => !row.IsFinished || IsTime(row.ProcessedAt)),
        ("it is PROCESSING, and has a time of its end", row => !row.IsProcessing || row.ProcessedAt is null),
        ("it waits for an attempt, and is not PROCESSING", row => row.NextAttemptAt is null || row.IsProcessing),
        ("it waits for an attempt at no time", row => row.NextAttemptAt is null || IsTime(row.NextAttemptAt)),
        ("it waits for an attempt, and is claimed", row => row.NextAttemptAt is null || row.ClaimedBy is null),
        ("it is finished, and is claimed", row => !row.IsFinished || row.ClaimedBy is null),
        ("it is finished after no attempt", row => !row.IsFinished || row.Attempts is >= 1),
        ("its attempts are no number, or fewer than those before its retry",
            row => row.EarlierAttempts is >= 0 and var before && row.Attempts is { } all && before <= all),
        ("it has a reason to have failed, and is not FAILED",
            row => row.FailureReason is null || row.Status == "FAILED"),
        ("it is claimed by an instance that never was",
            row => row.ClaimedBy is null || (row.ClaimedBy is long claim && claim >= 1 && claim <= row.NewestInstance)),
        ("it is pruned, and is PROCESSING", row => !row.IsPruned || row.IsFinished),
        ("the hash of its pruned content is none", row => row.Hash is null or byte[] { Length: ContentHash.Length }),
        ("its trace is none", row => row.TraceParent is null or string { Length: TraceParentLength }),
    ];

    /// <summary>What it is called in a finding: its id, where that is fit to be shown.</summary>
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

    private bool IsPruned => Hash is not null;

    private bool IsProcessing => Status == "PROCESSING";

    private bool IsFinished => Status is "PROCESSED" or "FAILED";

    /// <summary>Says which rules it breaks.</summary>
    public IEnumerable<string> FindBrokenRules() => Rules.Where(rule => !rule.IsKept(this)).Select(rule => rule.Broken);

    private static object? Value(SqliteDataReader reader, int column) =>
        reader.GetValue(column) is not DBNull and var value ? value : null;

    private static bool IsTime(object? value) => value is long time && time >= FirstTime && time <= LastTime;

    // Two decimals always: 150.5 would be the same number, and another text to compare a repeat with.
    private static bool IsAmount(string? text) =>
        text is [.., '.', _, _] && Domain.Amount.TryParse(Encoding.UTF8.GetBytes(text), out _);

    private static bool IsCurrency(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);
}
