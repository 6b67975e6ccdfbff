using System.Globalization;
using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>The tables of the inbox file, created when they are missing.</summary>
internal static class InboxSchema
{
    private const int PageSize = 4_096;

    // A file of an earlier version lacks them.
    private static readonly string[] LaterColumns =
    [
        "trace_parent TEXT", "source TEXT", "event_type TEXT", "event_id TEXT", "occurred_at INTEGER",
        "content_type TEXT", "body BLOB",
    ];

    /// <summary>Opens the file for writing, creating it when it is missing.</summary>
    public static sqlite3 Open(InboxOptions options)
    {
        var db = SqliteHandle.OpenWriter(options.Path, raw.SQLITE_OPEN_CREATE);
        var pages = (options.MaxSize / PageSize).ToString(CultureInfo.InvariantCulture);

        // Numbers are never reused, so that a later row is never mistaken for one that left.
        SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, $"""
            PRAGMA max_page_count = {pages};
            CREATE TABLE IF NOT EXISTS inbox (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT, transaction_id TEXT NOT NULL, source_account TEXT NOT NULL,
                destination_account TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,
                created_at INTEGER NOT NULL);
            CREATE INDEX IF NOT EXISTS inbox_by_id ON inbox (transaction_id);
            CREATE TABLE IF NOT EXISTS quarantine (
                sequence INTEGER PRIMARY KEY, transaction_id TEXT NOT NULL, source_account TEXT NOT NULL,
                destination_account TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,
                created_at INTEGER NOT NULL, quarantined_at INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS events (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, event_key BLOB NOT NULL,
                received_at INTEGER NOT NULL, reason TEXT NOT NULL, event_type TEXT, event_id TEXT,
                headers TEXT NOT NULL, content_type TEXT, body BLOB NOT NULL);
            CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);
            """), db);
        foreach (var column in LaterColumns)
        {
            AddColumn(db, "inbox", column);
            AddColumn(db, "quarantine", column);
        }

        return db;
    }

    private static void AddColumn(sqlite3 db, string table, string column)
    {
        using var find = new SqliteStatement(
            db, $"SELECT count(*) FROM pragma_table_info('{table}') WHERE name = '{column.Split(' ')[0]}'");
        find.Step();
        if (find.Integer(0) == 0)
        {
            find.Reset();
            SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, $"ALTER TABLE {table} ADD COLUMN {column}"), db);
        }
    }
}
