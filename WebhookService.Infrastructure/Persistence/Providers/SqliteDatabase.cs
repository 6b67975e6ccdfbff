using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence.Providers;

/// <summary>The database file, and the lock that makes it this process's own while it runs.</summary>
/// <remarks>
/// The lock is on a file beside the database, so that a shell (<c>sqlite3 transactions.db</c>) can still read. The
/// operating system drops it when the process ends, however it ends.
/// </remarks>
internal sealed class SqliteDatabase : IDisposable
{
    // Reads wait at most this many seconds for the rare moment in which WAL makes them wait at all.
    private const int ReadBusySeconds = 1;

    private FileStream? _lock;

    public SqliteDatabase(IOptions<DatabaseOptions> options)
    {
        _ = DatabaseUrl.TryGetSqlitePath(options.Value.Url, out var path, out _);
        Path = path;
        ReaderConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = ReadBusySeconds,
        }.ToString();
    }

    /// <summary>The absolute path of the database file.</summary>
    public string Path { get; }

    public string ReaderConnectionString { get; }

    /// <summary>Takes the file for this process.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it, or the lock file cannot be
    /// written.</exception>
    public void Lock()
    {
        try
        {
            _lock = new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException(
                $"The database {Path} is in use by another process (its lock file {Path}.lock is held).", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreUnavailableException($"The database directory of {Path} cannot be written.", exception);
        }
    }

    public void Dispose()
    {
        // Readers of this file in the pool would keep it open after the host is gone.
        using (var connection = new SqliteConnection(ReaderConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _lock?.Dispose();
    }
}
