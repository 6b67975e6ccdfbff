using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Administration;

/// <summary>One unchanging state of a database file, read while another process owns the file.</summary>
/// <remarks>
/// It blocks no writer. But while it lasts, later writes cannot move from the log into the database, and the first
/// commit after it would move them all at once, with senders waiting. So the end of a snapshot moves them, on a
/// connection opened in advance. See docs/decisions/0016-backup.md.
/// </remarks>
internal sealed class SqliteSnapshot : IDisposable
{
    // The owner's own commits move this many pages at a time: SQLite's default, wal_autocheckpoint.
    private const int SmallLogPages = 1_000;

    // Each round leaves the writes made during it to the next, so each is shorter; this is only a limit.
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

    /// <summary>The connection that reads the snapshot; it cannot write.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Takes a snapshot of everything that was committed before this call.</summary>
    /// <exception cref="DatabaseCommandException">The file does not exist.</exception>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
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

    /// <summary>Ends the snapshot, and moves later writes from the log into the database.</summary>
    public void End()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        var isWritten = _log is not null && Version(_log) != _version;

        // In immediate succession, without the managed layer: the owner's next commit is a millisecond away.
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

    // A passive checkpoint neither waits nor makes others wait. If another one is running, that one does the work.
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

    // Null where the file cannot be written: then no other process here writes to it either.
    private static SqliteConnection? TryOpenLog(string path)
    {
        var hasLog = new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };
        try
        {
            var log = SqliteText.Open(path, SqliteOpenMode.ReadWrite);
            if (hasLog)
            {
                // Without a running service, reading leaves the file unchanged: the log of a dead one stays as it is.
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

    /// <summary>A number that changes when another connection has committed.</summary>
    private static long Version(SqliteConnection log) => (long)log.Scalar("PRAGMA data_version")!;
}
