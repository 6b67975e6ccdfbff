using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Administration;

/// <summary>One unchanging state of a database file, read beside the process that owns the file.</summary>
/// <remarks>
/// It stops nobody from writing. But while it lasts, nothing that is written after it can move from the log into the
/// database, and the first commit after it would move it all at once, with senders waiting. So whoever ends a snapshot
/// moves it, on a connection that stands ready. See docs/decisions/0016-backup.md.
/// </remarks>
internal sealed class SqliteSnapshot : IDisposable
{
    // What the owner's own commits move at a time: SQLite's default, wal_autocheckpoint.
    private const int SmallLogPages = 1_000;

    // What is written during one round is left to the next, so each is shorter; this only bounds it.
    private const int MaxRounds = 50;
    private const int NoCheckpointOnClose = 1006;

    private readonly SqliteConnection? _log;
    private readonly long _version;
    private bool _isOpen;

    private SqliteSnapshot(SqliteConnection connection, SqliteConnection? log)
    {
        (Connection, _log) = (connection, log);
        _version = log is null ? 0 : Version(log);
        connection.Execute("BEGIN");

        // A deferred transaction has no snapshot until it reads.
        connection.Execute("SELECT count(*) FROM sqlite_schema");
        _isOpen = true;
    }

    /// <summary>What reads the snapshot; it cannot write.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Takes it: all that was committed before this call is in it.</summary>
    /// <exception cref="DatabaseCommandException">There is no such file.</exception>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static SqliteSnapshot Take(string path)
    {
        if (!File.Exists(path))
        {
            throw new DatabaseCommandException($"There is no database {path}.");
        }

        var log = TryOpenLog(path);
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteText.Open(path, SqliteOpenMode.ReadOnly);
            return new SqliteSnapshot(connection, log);
        }
        catch (SqliteException)
        {
            connection?.Dispose();
            log?.Dispose();
            throw;
        }
    }

    /// <summary>Ends it, and moves what was written meanwhile into the database.</summary>
    public void End()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        var isWritten = _log is not null && Version(_log) != _version;

        // At once after each other, without the managed layer: the owner's next commit is a millisecond away.
        _ = raw.sqlite3_exec(Connection.Handle, "COMMIT");
        if (isWritten)
        {
            ShortenLog(_log!.Handle!);
        }
    }

    public void Dispose()
    {
        End();
        Connection.Dispose();
        _log?.Dispose();
    }

    // A passive checkpoint waits for nobody and holds nobody up. When another one is under way, that one does it.
    private static void ShortenLog(sqlite3 db)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var result = raw.sqlite3_wal_checkpoint_v2(
                db, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var length, out var moved);
            if (result != raw.SQLITE_OK || length - moved <= SmallLogPages)
            {
                return;
            }
        }
    }

    // Null where nothing can be written: then nobody else writes to it here either.
    private static SqliteConnection? TryOpenLog(string path)
    {
        var hasLog = new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };
        try
        {
            var log = SqliteText.Open(path, SqliteOpenMode.ReadWrite);
            if (hasLog)
            {
                // Where no service runs, looking at a file leaves it as it is; what a dead one left stays in the log.
                _ = raw.sqlite3_db_config(log.Handle, NoCheckpointOnClose, 1, out _);
            }

            log.Execute("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON");
            return log;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Changes when another connection has committed.</summary>
    private static long Version(SqliteConnection log) => (long)log.Scalar("PRAGMA data_version")!;
}
