using SQLitePCL;

namespace WebhookService.Infrastructure.Persistence.Providers.Sqlite;

/// <summary>Every statement the writer runs, but the inserts; prepared once.</summary>
internal sealed class SqliteStatements(sqlite3 db) : IDisposable
{
    // IMMEDIATE takes the write lock at once: a transaction that begins as a reader may find it cannot write.
    public SqliteStatement Begin { get; } = new(db, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(db, "COMMIT");

    public SqliteStatement Complete { get; } = new(db, """
        UPDATE transactions
        SET status = ?1, processed_at = ?2, failure_reason = ?3, attempts = attempts + 1, claimed_by = NULL
        WHERE transaction_id = ?4 AND status = 'PROCESSING' AND claimed_by = ?5
        """);

    public SqliteStatement FindUnclaimed { get; } = new(db, """
        SELECT sequence, transaction_id, created_at FROM transactions
        WHERE status = 'PROCESSING' AND claimed_by IS NOT ?1 AND (created_at, sequence) > (?2, ?3)
        ORDER BY created_at, sequence
        LIMIT ?4
        """);

    public SqliteStatement Claim { get; } = new(db, """
        UPDATE transactions SET claimed_by = ?1 WHERE sequence = ?2 AND status = 'PROCESSING'
        """);

    public SqliteStatement Release { get; } = new(db, """
        UPDATE transactions SET claimed_by = NULL
        WHERE sequence IN (
            SELECT sequence FROM transactions WHERE status = 'PROCESSING' AND claimed_by = ?1 LIMIT ?2)
        """);

    public SqliteStatement ForgetInstances { get; } = new(db, "DELETE FROM instances");

    public SqliteStatement Register { get; } = new(db, """
        INSERT INTO instances (started_at, heartbeat_at) VALUES (?1, ?1)
        """);

    public SqliteStatement Heartbeat { get; } = new(db, """
        UPDATE instances SET heartbeat_at = ?1 WHERE instance_id = ?2
        """);

    public void Dispose()
    {
        SqliteStatement[] all =
        [
            Begin, Commit, Complete, FindUnclaimed, Claim, Release, ForgetInstances, Register,
            Heartbeat,
        ];
        foreach (var statement in all)
        {
            statement.Dispose();
        }
    }
}
