using System.Globalization;
using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>The tables of the inbox file, created when they are missing.</summary>
internal static class InboxSchema
{
    private const int PageSize = 4_096;

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
            CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);
            """), db);
        AddTraceParent(db, "inbox");
        AddTraceParent(db, "quarantine");
        return db;
    }

    // A file of an earlier version lacks this column.
    private static void AddTraceParent(sqlite3 db, string table)
    {
        using var find = new SqliteStatement(
            db, $"SELECT count(*) FROM pragma_table_info('{table}') WHERE name = 'trace_parent'");
        find.Step();
        if (find.Integer(0) == 0)
        {
            find.Reset();
            SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, $"ALTER TABLE {table} ADD COLUMN trace_parent TEXT"), db);
        }
    }
}
