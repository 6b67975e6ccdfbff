using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>The database file, which is this process's own while it runs.</summary>
internal sealed class SqliteDatabase(
    DatabaseTarget target,
    Lazy<IDbContextFactory<SqliteWebhookDbContext>> contexts,
    IOptions<RetentionOptions> retention,
    TimeProvider clock,
    ILogger<SqliteBatchWriter> logger)
    : IDatabase, IDisposable
{
    // Reads wait at most this many seconds for the rare moment in which WAL makes them wait at all.
    private const int ReadBusySeconds = 1;

    private readonly string _path = target.Address;
    private FileOwnership? _ownership;

    public string Name => _path;

    public bool IsShared => false;

    public int MaxReaders => 0;

    /// <summary>The connection string of those who read.</summary>
    public static string ReaderConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        DefaultTimeout = ReadBusySeconds,
    }.ToString();

    public void Take() => _ownership = FileOwnership.Take(_path);

    public bool HasCurrentSchema(bool mayMake) =>
        SqliteSchema.IsCurrent(_path) || (mayMake && SqliteSchema.TryMake(_path));

    public WebhookDbContext CreateContext() => contexts.Value.CreateDbContext();

    public async Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken)
    {
        if (HasForeignTables())
        {
            throw new StoreUnavailableException(
                $"{_path} is a database of something else; it was left as it is. Let DATABASE_URL name a new file.");
        }

        // EF Core's own lock is a row, which a killed process leaves behind and every later start would wait for.
        // Under the lock of the file nobody else can be migrating, so whatever is there is stale.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken)
            .ConfigureAwait(false);
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
    }

    public IBatchWriter CreateWriter() => new SqliteBatchWriter(_path, retention.Value, clock, logger);

    // Microsoft.Data.Sqlite runs queries on the calling thread and looks at no token; SQLite itself can be told.
    public CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static handle => raw.sqlite3_interrupt((sqlite3)handle!), ((SqliteConnection)connection).Handle);

    public void Dispose()
    {
        // Readers of this file in the pool would keep it open after the host is gone.
        using (var connection = new SqliteConnection(ReaderConnectionString(_path)))
        {
            SqliteConnection.ClearPool(connection);
        }

        _ownership?.Dispose();
    }

    private bool HasForeignTables()
    {
        using var file = SqliteText.Open(_path, SqliteOpenMode.ReadWriteCreate);
        return SqliteSchema.IsOfSomethingElse(file);
    }
}
