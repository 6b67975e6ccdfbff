using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>The database file, which this process owns while it runs.</summary>
internal sealed class SqliteDatabase(
    DatabaseTarget target,
    Lazy<IDbContextFactory<SqliteWebhookDbContext>> contexts,
    StoreLimits limits,
    TimeProvider clock,
    ILogger<SqliteBatchWriter> logger)
    : IDatabase, IDisposable
{
    // Reads wait at most this many seconds in the rare cases in which WAL makes them wait at all.
    private const int ReadBusySeconds = 1;

    private readonly string _path = target.Address;
    private FileOwnership? _ownership;

    public string Name => _path;

    public bool IsShared => false;

    public int MaxReaders => 0;

    /// <summary>The connection string for reads.</summary>
    public static string ReaderConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        DefaultTimeout = ReadBusySeconds,
    }.ToString();

    public void Take() => _ownership = FileOwnership.Take(_path);

    public bool HasCurrentSchema(bool mayCreate) =>
        SqliteSchema.IsCurrent(_path) || (mayCreate && SqliteSchema.TryCreate(_path));

    public WebhookDbContext CreateContext() => contexts.Value.CreateDbContext();

    public async Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken)
    {
        if (HasForeignTables())
        {
            throw new StoreUnavailableException(
                $"{_path} is a database of another program; it was not changed. Set DATABASE_URL to a new file.");
        }

        // EF Core's own lock is a row, which a killed process leaves behind and every later start would wait for. Under
        // the file's lock no other process can be migrating, so any such row is stale.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken)
            .ConfigureAwait(false);
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
    }

    public IBatchWriter CreateWriter() => new SqliteBatchWriter(_path, limits, clock, logger);

    // Microsoft.Data.Sqlite runs queries on the calling thread and ignores the token; SQLite itself can be interrupted.
    public CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static handle => raw.sqlite3_interrupt((sqlite3)handle!), ((SqliteConnection)connection).Handle);

    public void Dispose()
    {
        // Pooled readers would keep the file open after the host has ended.
        using (var connection = new SqliteConnection(ReaderConnectionString(_path)))
        {
            SqliteConnection.ClearPool(connection);
        }

        _ownership?.Dispose();
    }

    private bool HasForeignTables()
    {
        using var file = SqliteText.Open(_path, SqliteOpenMode.ReadWriteCreate);
        return SqliteSchema.IsForeign(file);
    }
}
