using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Detects that the log of a database cannot be emptied, because a reader uses an old snapshot.</summary>
/// <remarks>
/// Committed data stays in the log while a reader needs the older snapshot. Once that reader ends, SQLite truncates the
/// log to <see cref="MaxSize"/> (<c>journal_size_limit</c>).
/// </remarks>
internal sealed partial class SqliteLog(string path, TimeProvider clock, ILogger logger)
{
    /// <summary>Bytes. Far more than commits need between two checkpoints, which are 4 MB apart.</summary>
    public const long MaxSize = 64 * 1_048_576;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string _log = SqliteFiles.LogOf(path);
    private long _lookedAt = clock.GetTimestamp();
    private bool _isBlocked;

    /// <summary>Checks the log from time to time. Call it after a commit.</summary>
    public void Look(sqlite3 db)
    {
        if (clock.GetElapsedTime(_lookedAt) < Interval)
        {
            return;
        }

        _lookedAt = clock.GetTimestamp();
        var size = new FileInfo(_log) is { Exists: true, Length: var length } ? length : 0;
        if (size <= MaxSize)
        {
            _isBlocked = false;
        }
        else if (!_isBlocked && IsBlocked(db))
        {
            // Once, until the log is short again.
            _isBlocked = true;
            Log.Blocked(logger, _log, size >> 20, path);
        }
    }

    // A passive checkpoint waits for no reader, and moves everything that no reader needs.
    private static bool IsBlocked(sqlite3 db) =>
        raw.sqlite3_wal_checkpoint_v2(db, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var length, out var moved)
            == raw.SQLITE_OK && moved < length;

    private static partial class Log
    {
        [LoggerMessage(7, LogLevel.Warning,
            "{Log} has grown to {Size} MiB and cannot be emptied, because another program has been reading {Database} "
            + "for a long time. It shrinks when that program ends its transaction.")]
        public static partial void Blocked(ILogger logger, string log, long size, string database);
    }
}
