using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// Classifies SQLite's result codes by their consequence for a commit (https://www.sqlite.org/rescode.html).
/// </summary>
internal static class SqliteFault
{
    // Extended codes that the binding does not name: SQLITE_IOERR | (n << 8).
    private const int IoErrorFsync = 10 | (4 << 8);
    private const int IoErrorDirectoryFsync = 10 | (5 << 8);

    public static void ThrowIfFailed(int result, sqlite3 db)
    {
        if (result != raw.SQLITE_OK)
        {
            Throw(result, db);
        }
    }

    /// <exception cref="CommitFailedException">Always.</exception>
    [DoesNotReturn]
    public static void Throw(int result, sqlite3 db)
    {
        var extended = raw.sqlite3_extended_errcode(db);
        var message = $"{raw.sqlite3_errmsg(db).utf8_to_string()} (SQLite {extended}).";
        var fault = Classify(result & 0xff, extended);
        throw new CommitFailedException(fault, message)
        {
            IsTransient = fault != CommitFault.Fatal && IsTransient(result & 0xff),
        };
    }

    /// <summary>Whether a file that could not be opened for this reason may open later, unchanged.</summary>
    public static bool IsTransient(Exception? exception) => exception switch
    {
        CommitFailedException fault => fault.IsTransient,
        SqliteException { SqliteErrorCode: var primary } => IsTransient(primary),
        _ => false,
    };

    private static bool IsTransient(int primary) => primary is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY;

    private static CommitFault Classify(int primary, int extended) => (primary, extended) switch
    {
        (raw.SQLITE_BUSY or raw.SQLITE_LOCKED, _) => CommitFault.Busy,
        (raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB, _) => CommitFault.Fatal,
        (raw.SQLITE_CONSTRAINT, _) => CommitFault.Row,
        (raw.SQLITE_IOERR, IoErrorFsync or IoErrorDirectoryFsync) => CommitFault.Fatal,
        _ => CommitFault.Rejected,
    };
}
