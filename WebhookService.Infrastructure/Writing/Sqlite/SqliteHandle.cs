using SQLitePCL;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>What every connection that writes to a SQLite file has in common.</summary>
internal static class SqliteHandle
{
    // Short, since the deadlines of the waiting requests pass meanwhile; the loop tries again at once.
    private const int BusyTimeoutMilliseconds = 25;

    /// <summary>Opens a file to write to it: WAL with <c>synchronous=FULL</c>, so that a commit is an fsync.</summary>
    public static sqlite3 OpenWriter(string path, int flags = 0)
    {
        Batteries_V2.Init();

        // Used by one thread only, so SQLite need not lock it on each of the calls that a row takes.
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

    /// <summary>Ends what is left of a transaction: some errors end it automatically.</summary>
    public static void Rollback(sqlite3 db)
    {
        if (IsInTransaction(db))
        {
            _ = raw.sqlite3_exec(db, "ROLLBACK");
        }
    }

    /// <summary>Undoes a transaction that something unforeseen has ended, and says what is known of it.</summary>
    public static CommitFailedException RollbackAfter(Exception cause, sqlite3 db)
    {
        // One that was left in the middle of its rows would refuse to be bound again.
        for (var statement = raw.sqlite3_next_stmt(db, null!); statement is not null;
            statement = raw.sqlite3_next_stmt(db, statement))
        {
            _ = raw.sqlite3_reset(statement);
        }

        // Open until now, so nothing of it was committed. If it was not, it may have been, and only a new process that
        // claims everything anew cannot be wrong about it.
        var wasOpen = IsInTransaction(db);
        Rollback(db);
        var fault = wasOpen && !IsInTransaction(db) ? CommitFault.Rejected : CommitFault.Fatal;
        return new CommitFailedException(fault, StoreFault.Describe(cause), cause);
    }

    private static bool IsInTransaction(sqlite3 db) => raw.sqlite3_get_autocommit(db) == 0;
}
