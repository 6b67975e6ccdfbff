using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Administration;

/// <summary>Copies the database file, even while another process serves it.</summary>
/// <remarks>
/// The copy is of one snapshot, so that later writes do not restart it. It is one file that needs no log, and passes
/// SQLite's own check. For the reasons, see docs/decisions/0016-backup.md.
/// </remarks>
internal static class SqliteBackup
{
    // About 4 MB. Each part is flushed before the next, so that the fsync of a commit never waits for much more.
    private const int PagesAtOnce = 1_024;

    /// <summary>Writes the backup.</summary>
    /// <exception cref="DatabaseCommandException">No file was created; the message says why.</exception>
    public static DatabaseBackup Write(string database, string file, CancellationToken cancellationToken)
    {
        try
        {
            using var snapshot = SqliteSnapshot.Take(database);
            using var partial = PartialFile.Create(file, like: database);
            Copy(snapshot, partial, cancellationToken);
            snapshot.End();
            var transactions = Verify(partial.Path, cancellationToken);
            partial.Publish();
            return new DatabaseBackup(file, transactions, partial.Size);
        }
        catch (OperationCanceledException exception)
        {
            throw new DatabaseCommandException("The backup was stopped; nothing was kept.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new DatabaseCommandException(
                $"{database} could not be backed up to {file}: {exception.Message}", exception);
        }
    }

    private static void Copy(SqliteSnapshot snapshot, PartialFile partial, CancellationToken cancellationToken)
    {
        using var copy = SqliteText.Open(partial.Path, SqliteOpenMode.ReadWrite);

        // There is nothing to roll back to, and CopyPages flushes the file.
        copy.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        CopyPages(snapshot, copy, partial, cancellationToken);

        // The copy is in WAL mode, like the original. Without a log it is a single file, which can be read anywhere.
        copy.Execute("PRAGMA journal_mode = DELETE");
    }

    private static void CopyPages(
        SqliteSnapshot snapshot, SqliteConnection copy, PartialFile partial, CancellationToken cancellationToken)
    {
        using var backup = raw.sqlite3_backup_init(copy.Handle, "main", snapshot.Connection.Handle, "main");
        if (backup.IsInvalid)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(copy.Handle), copy.Handle);
        }

        int result;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            result = raw.sqlite3_backup_step(backup, PagesAtOnce);
            partial.Flush();
        }
        while (result == raw.SQLITE_OK);

        if (result != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, copy.Handle);
        }
    }

    /// <summary>Checks the integrity of the copy; returns its number of transactions.</summary>
    private static long Verify(string path, CancellationToken cancellationToken)
    {
        using var copy = SqliteText.Open(path, SqliteOpenMode.ReadOnly);
        using var interruption = cancellationToken.UnsafeRegister(
            static handle => raw.sqlite3_interrupt((sqlite3)handle!), copy.Handle);
        try
        {
            if (copy.Scalar("PRAGMA integrity_check(1)") is not "ok" and var fault)
            {
                throw new DatabaseCommandException(
                    $"Nothing was kept: the database is damaged ({OneLine.Of($"{fault}")}); run the check command.");
            }

            return Convert.ToInt64(copy.Scalar("SELECT count(*) FROM transactions"), CultureInfo.InvariantCulture);
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
