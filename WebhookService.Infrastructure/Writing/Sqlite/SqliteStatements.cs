using SQLitePCL;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Every statement of the writer, except the inserts; prepared once.</summary>
internal sealed class SqliteStatements(sqlite3 db) : IDisposable
{
    private const string Claimable =
        "sequence, transaction_id, source_account, destination_account, amount, currency, created_at, trace_parent, "
        + "attempts, earlier_attempts, claim, claimed_by, source";

    // IMMEDIATE takes the write lock at once: a transaction that begins as a reader may be unable to write later.
    public SqliteStatement Begin { get; } = new(db, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(db, "COMMIT");

    public SqliteStatement Complete { get; } = new(db, """
        UPDATE transactions
        SET status = ?1, processed_at = ?2, failure_reason = ?3, next_attempt_at = ?4, attempts = attempts + 1,
            claimed_by = CASE ?1 WHEN 'PROCESSED' THEN ?6 END, succeeded_start = ?8, succeeded_status = ?9
        WHERE transaction_id = ?5 AND status = 'PROCESSING' AND claimed_by = ?6 AND claim = ?7
        RETURNING sequence, attempts
        """);

    public SqliteStatement Retry { get; } = new(db, """
        UPDATE transactions
        SET status = 'PROCESSING', processed_at = NULL, failure_reason = NULL, earlier_attempts = attempts,
            dismissed_at = NULL, dismissed_by = NULL, note = NULL
        WHERE transaction_id = ?1 AND status = 'FAILED' AND attempts = ?2 AND content_hash IS NULL
        """);

    public SqliteStatement FindClaimable { get; } = new(db, $"""
        SELECT {Claimable} FROM transactions
        WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NOT ?1
            AND (created_at, sequence) > (?2, ?3)
        ORDER BY created_at, sequence
        LIMIT ?4
        """);

    public SqliteStatement FindDue { get; } = new(db, $"""
        SELECT {Claimable} FROM transactions
        WHERE next_attempt_at <= ?1
        ORDER BY next_attempt_at, sequence
        LIMIT ?2
        """);

    public SqliteStatement Claim { get; } = new(db, """
        UPDATE transactions SET claimed_by = ?1, claim = claim + 1, next_attempt_at = NULL
        WHERE sequence = ?2 AND status = 'PROCESSING'
        """);

    public SqliteStatement Release { get; } = new(db, """
        UPDATE transactions SET claimed_by = NULL
        WHERE sequence IN (
            SELECT sequence FROM transactions
            WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by = ?1 LIMIT ?2)
        """);

    public SqliteStatement ForgetInstances { get; } = new(db, "DELETE FROM instances");

    public SqliteStatement Register { get; } = new(db, """
        INSERT INTO instances (started_at, heartbeat_at) VALUES (?1, ?1)
        """);

    public SqliteStatement Heartbeat { get; } = new(db, """
        INSERT INTO instances (instance_id, started_at, heartbeat_at) VALUES (?2, ?1, ?1)
        ON CONFLICT (instance_id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at
        """);

    public void Dispose()
    {
        SqliteStatement[] all =
        [
            Begin, Commit, Complete, Retry, FindClaimable, FindDue, Claim, Release, ForgetInstances, Register,
            Heartbeat,
        ];
        foreach (var statement in all)
        {
            statement.Dispose();
        }
    }
}
