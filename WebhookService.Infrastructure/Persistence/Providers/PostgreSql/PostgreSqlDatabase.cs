using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Infrastructure.Persistence.Providers.Server;

namespace WebhookService.Infrastructure.Persistence.Providers.PostgreSql;

/// <summary>A PostgreSQL server: one connection writes, a pool reads.</summary>
internal sealed class PostgreSqlDatabase(
    DatabaseTarget target,
    IDbContextFactory<PostgreSqlWebhookDbContext> contexts,
    IOptions<DatabaseOptions> options,
    IOptions<InstanceOptions> instanceOptions,
    InstanceLease lease,
    TimeProvider clock) : IDatabase, IDisposable
{
    // The few statements of the writer are prepared by the driver, each when it comes the second time.
    private const int PreparedStatements = 20;

    public string Name => target.Name;

    public bool IsShared => true;

    /// <summary>The connection string of those who read: what the URL says goes before our own limits.</summary>
    public static string ReaderConnectionString(string address, DatabaseOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(address);
        SetUnlessGiven(builder, "Timeout", (int)options.ConnectTimeout.TotalSeconds);
        SetUnlessGiven(builder, "Command Timeout", (int)options.CommandTimeout.TotalSeconds);
        SetUnlessGiven(builder, "Maximum Pool Size", options.MaxReadConnections);
        SetUnlessGiven(builder, "Application Name", "webhook-service");
        return builder.ConnectionString;
    }

    public void Take()
    {
        // Nobody owns a server; what is claimed is leased.
    }

    public WebhookDbContext CreateContext() => contexts.CreateDbContext();

    // EF Core locks the history table in the transaction that migrates, so several that start at once take turns.
    public Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken) =>
        db.Database.MigrateAsync(cancellationToken);

    public IBatchWriter CreateWriter() => new ServerBatchWriter(
        new PostgreSqlDialect(WriterConnectionString()), options.Value, instanceOptions.Value, lease, clock);

    // The driver tells the server by itself.
    public CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken) =>
        default;

    public void Dispose()
    {
        using var connection = new NpgsqlConnection(ReaderConnectionString(target.Address, options.Value));
        NpgsqlConnection.ClearPool(connection);
    }

    private string WriterConnectionString()
    {
        var builder = new NpgsqlConnectionStringBuilder(ReaderConnectionString(target.Address, options.Value))
        {
            // A connection of its own, which is closed when it is given up: nobody else may wait for it.
            Pooling = false,
        };

        // A pooler between us and the server may not bear prepared statements, and then the URL says so.
        SetUnlessGiven(builder, "Max Auto Prepare", PreparedStatements);
        SetUnlessGiven(builder, "Auto Prepare Min Usages", 2);
        return builder.ConnectionString;
    }

    private static void SetUnlessGiven(NpgsqlConnectionStringBuilder builder, string keyword, object value)
    {
        if (!builder.ShouldSerialize(keyword))
        {
            builder[keyword] = value;
        }
    }
}
