using System.Globalization;
using WebhookService.Domain;

namespace WebhookService.Tests.Support.Databases;

/// <summary>
/// The database of an earlier version that was killed with work in flight, written in the SQL of its own schema.
/// </summary>
/// <param name="IsOnServer">Whether it is on PostgreSQL, not in a SQLite file.</param>
/// <param name="Migration">The newest migration of that version.</param>
internal sealed record OldDatabase(bool IsOnServer, string Migration)
{
    /// <summary>The number of the killed instance.</summary>
    public const int Instance = 41;

    private const int Each = 25;

    private static readonly DateTimeOffset Origin = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <summary>Ids that were claimed, unclaimed or waiting for another attempt when the process died.</summary>
    public IEnumerable<string> Unfinished => [.. Ids("held"), .. Ids("free"), .. HasAttempts ? Ids("waiting") : []];

    public static IEnumerable<string> Processed => Ids("processed");

    public static IEnumerable<string> Failed => Ids("failed");

    public IEnumerable<string> All => [.. Unfinished, .. Processed, .. Failed];

    /// <summary>Whether that version stored attempts, conflicts and totals.</summary>
    public bool HasAttempts => Migration is "Attempts" or "Claim";

    private bool HasTextTimes => !IsOnServer && Migration == "Initial";

    /// <summary>The time of receipt of a row, as that version stored it.</summary>
    public string CreatedAt(string id) => Text(Array.IndexOf([.. All], id) + 1);

    public IEnumerable<string> Statements()
    {
        yield return IsOnServer
            ? $"""
                INSERT INTO instances (instance_id, started_at, heartbeat_at, expires_at)
                VALUES ({Instance}, {Time(0)}, {Time(0)}, {Time(1)});
                SELECT setval(pg_get_serial_sequence('instances', 'instance_id'), {Instance});
                """
            : $"INSERT INTO instances (instance_id, started_at, heartbeat_at) VALUES ({Instance}, {Time(0)}, {Time(0)})";
        foreach (var (id, i) in All.Select((id, i) => (id, i + 1)))
        {
            yield return Insert(id, i);
        }

        if (HasAttempts)
        {
            yield return Conflict(Processed.First());
            yield return $"""
                DELETE FROM totals;
                INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts)
                VALUES ({(IsOnServer ? Instance : 0)}, {All.Count()}, {Each}, {Each}, 0, 1)
                """;
        }
    }

    private static IEnumerable<string> Ids(string kind) => Enumerable.Range(1, Each).Select(i => $"{kind}_{i}");

    private static string Text(int microseconds) =>
        Origin.AddMicroseconds(microseconds).ToString(Timestamps.Format, CultureInfo.InvariantCulture);

    private string Insert(string id, int i)
    {
        var (status, ended, attempts, reason, claim) = id.Split('_')[0] switch
        {
            "held" => ("PROCESSING", "NULL", 0, "NULL", $"{Instance}"),
            "free" => ("PROCESSING", "NULL", 0, "NULL", "NULL"),
            "waiting" => ("PROCESSING", "NULL", 1, "NULL", "NULL"),
            "processed" => ("PROCESSED", Time(i + 1_000), 1, "NULL", "NULL"),
            _ => ("FAILED", Time(i + 1_000), 1, "'refused'", "NULL"),
        };
        var row = $"""
            INSERT INTO transactions (sequence, transaction_id, source_account, destination_account, amount, currency, status,
                created_at, processed_at, attempts, failure_reason, claimed_by)
            VALUES ({(IsOnServer ? "DEFAULT" : i)}, '{id}', 'acc_user_789', 'acc_merchant_456',
                {(IsOnServer ? "150.50" : "'150.50'")}, 'INR', '{status}', {Time(i)}, {ended}, {attempts}, {reason}, {claim});
            """;
        if (HasAttempts && attempts > 0)
        {
            var outcome = status == "PROCESSED" ? "SUCCEEDED" : status == "FAILED" ? "REJECTED" : "FAULTED";
            row += $"""
                INSERT INTO attempts (sequence, number, started_at, duration_ms, outcome, http_status, detail, instance_id)
                SELECT sequence, 1, {Time(i)}, 1, '{outcome}', NULL, NULL, {Instance} FROM transactions WHERE transaction_id = '{id}';
                """;
        }

        return id.StartsWith("waiting", StringComparison.Ordinal)
            ? row + $"UPDATE transactions SET next_attempt_at = {Time(i)} WHERE transaction_id = '{id}'"
            : row;
    }

    private string Conflict(string id)
    {
        var sent = Transaction.Receive(id, "acc_user_789", "acc_merchant_456", 7.00m, "INR", Origin);
        var hash = Convert.ToHexString(ContentHash.Of(sent));
        var (bytes, amount) = IsOnServer ? ($"'\\x{hash}'::bytea", "7.00") : ($"x'{hash}'", "'7.00'");
        return $"""
            INSERT INTO conflicts (sequence, content_hash, source_account, destination_account, amount, currency,
                first_received_at, last_received_at, times)
            SELECT sequence, {bytes}, 'acc_user_789', 'acc_merchant_456', {amount}, 'INR', {Time(1)}, {Time(1)}, 1
            FROM transactions WHERE transaction_id = '{id}'
            """;
    }

    private string Time(int microseconds) => IsOnServer || HasTextTimes
        ? $"'{Text(microseconds)}'"
        : Timestamps.ToUnixMicroseconds(Origin.AddMicroseconds(microseconds)).ToString(CultureInfo.InvariantCulture);
}
