using SQLitePCL;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>The settings and rollback of every connection that writes to a SQLite file.</summary>
internal static class SqliteHandle
{
    // Short, since the deadlines of the waiting requests keep running; the loop retries at once.
    private const int BusyTimeoutMilliseconds = 25;

    /// <summary>Opens a file to write to it: WAL with <c>synchronous=FULL</c>, so that a commit is an fsync.</summary>
    public static sqlite3 OpenWriter(string path, int flags = 0)
    {
        Batteries_V2.Init();

        // Only one thread uses it, so SQLite need not lock it on each of a row's calls.
        var result = raw.sqlite3_open_v2(
            path, out var db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | flags, null);
        try
        {
            SqliteFault.ThrowIfFailed(result, db);
            db.enable_sqlite3_next_stmt(true);
            raw.sqlite3_busy_timeout(db, BusyTimeoutMilliseconds);
            SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, $"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA fullfsync = ON;
                PRAGMA journal_size_limit = {SqliteLog.MaxSize};
                """), db);
            return db;
        }
        catch (CommitFailedException)
        {
            db?.Dispose();
            throw;
        }
    }

    /// <summary>Rolls back a transaction that is still open: some errors end it automatically.</summary>
    public static void Rollback(sqlite3 db)
    {
        if (IsInTransaction(db))
        {
            _ = raw.sqlite3_exec(db, "ROLLBACK");
        }
    }

    /// <summary>Rolls back after an unexpected exception, and returns what is known of the transaction.</summary>
    public static CommitFailedException RollbackAfter(Exception cause, sqlite3 db)
    {
        // A statement left in the middle of its rows would reject new bindings.
        for (var statement = raw.sqlite3_next_stmt(db, null!); statement is not null;
            statement = raw.sqlite3_next_stmt(db, statement))
        {
            _ = raw.sqlite3_reset(statement);
        }

        // An open transaction was not committed. One that was not open may have been, and only a new process, which
        // claims everything anew, cannot be wrong about it.
        var wasOpen = IsInTransaction(db);
        Rollback(db);
        var fault = wasOpen && !IsInTransaction(db) ? CommitFault.Rejected : CommitFault.Fatal;
        return new CommitFailedException(fault, StoreFault.Describe(cause), cause);
    }

    private static bool IsInTransaction(sqlite3 db) => raw.sqlite3_get_autocommit(db) == 0;
}
