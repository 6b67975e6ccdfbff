using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Every statement the inbox's writer runs, prepared once.</summary>
internal sealed class InboxStatements(sqlite3 db) : IDisposable
{
    private const string Content =
        "transaction_id, source_account, destination_account, amount, currency, created_at, trace_parent, source, "
        + "event_type, event_id, occurred_at, content_type, body";

    public SqliteStatement Begin { get; } = new(db, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(db, "COMMIT");

    public SqliteStatement Find { get; } = new(db, """
        SELECT source_account, destination_account, amount, currency FROM inbox
        WHERE transaction_id = ?1
        ORDER BY sequence
        """);

    public SqliteStatement Insert { get; } = new(
        db, $"INSERT INTO inbox ({Content}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");

    public SqliteStatement Forget { get; } = new(db, "DELETE FROM inbox WHERE sequence = ?1");

    public SqliteStatement Quarantine { get; } = new(db, $"""
        INSERT INTO quarantine (sequence, {Content}, quarantined_at)
        SELECT sequence, {Content}, ?1 FROM inbox WHERE sequence = ?2
        """);

    public SqliteStatement Release { get; } = new(db, $"""
        INSERT INTO inbox (sequence, {Content}) SELECT sequence, {Content} FROM quarantine
        """);

    public SqliteStatement EmptyQuarantine { get; } = new(db, "DELETE FROM quarantine");

    public SqliteStatement Count { get; } = new(db, "SELECT count(*) FROM inbox");

    public SqliteStatement CountQuarantined { get; } = new(db, "SELECT count(*) FROM quarantine");

    public SqliteStatement InsertEvent { get; } = new(db, """
        INSERT INTO events (
            source, event_key, received_at, reason, event_type, event_id, headers, content_type, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """);

    public SqliteStatement ForgetEvent { get; } = new(db, "DELETE FROM events WHERE sequence = ?1");

    public SqliteStatement CountEvents { get; } = new(db, "SELECT count(*) FROM events");

    public SqliteStatement Probe { get; } = new(db, """
        INSERT INTO probe (id, at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at = ?1
        """);

    public void Dispose()
    {
        SqliteStatement[] all =
        [
            Begin, Commit, Find, Insert, Forget, Quarantine, Release, EmptyQuarantine, Count, CountQuarantined,
            InsertEvent, ForgetEvent, CountEvents, Probe,
        ];
        Array.ForEach(all, statement => statement.Dispose());
    }
}
