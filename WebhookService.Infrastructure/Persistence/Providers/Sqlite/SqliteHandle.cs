using SQLitePCL;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers.Sqlite;

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
            raw.sqlite3_busy_timeout(db, BusyTimeoutMilliseconds);
            SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA fullfsync = ON;
                """), db);
            return db;
        }
        catch (CommitFailedException)
        {
            db?.Dispose();
            throw;
        }
    }

    /// <summary>Ends what is left of a transaction: some errors end it by themselves.</summary>
    public static void Rollback(sqlite3 db)
    {
        if (raw.sqlite3_get_autocommit(db) == 0)
        {
            _ = raw.sqlite3_exec(db, "ROLLBACK");
        }
    }
}
