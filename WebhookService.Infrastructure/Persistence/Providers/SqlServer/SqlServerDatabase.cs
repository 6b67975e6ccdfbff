using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Infrastructure.Persistence.Providers.Server;

namespace WebhookService.Infrastructure.Persistence.Providers.SqlServer;

/// <summary>A SQL Server: one connection writes, a pool reads.</summary>
internal sealed class SqlServerDatabase(
    DatabaseTarget target,
    IDbContextFactory<SqlServerWebhookDbContext> contexts,
    IOptions<DatabaseOptions> options,
    IOptions<InstanceOptions> instanceOptions,
    InstanceLease lease,
    TimeProvider clock) : IDatabase, IDisposable
{
    public string Name => target.Name;

    public bool IsShared => true;

    /// <summary>The connection string of those who read: what the URL says goes before our own limits.</summary>
    public static string ReaderConnectionString(string address, DatabaseOptions options)
    {
        var builder = new SqlConnectionStringBuilder(address);
        SetUnlessGiven(builder, "Connect Timeout", (int)options.ConnectTimeout.TotalSeconds);
        SetUnlessGiven(builder, "Command Timeout", (int)options.CommandTimeout.TotalSeconds);
        SetUnlessGiven(builder, "Max Pool Size", options.MaxReadConnections);
        SetUnlessGiven(builder, "Application Name", "webhook-service");
        return builder.ConnectionString;
    }

    public void Take()
    {
        // Nobody owns a server; what is claimed is leased.
    }

    public WebhookDbContext CreateContext() => contexts.CreateDbContext();

    // EF Core takes an application lock for the session, so several that start at once take turns.
    public Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken) =>
        db.Database.MigrateAsync(cancellationToken);

    public IBatchWriter CreateWriter() => new ServerBatchWriter(
        new SqlServerDialect(WriterConnectionString(), options.Value.CommandTimeout),
        options.Value,
        instanceOptions.Value,
        lease,
        clock);

    // The driver tells the server by itself.
    public CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken) =>
        default;

    public void Dispose()
    {
        using var connection = new SqlConnection(ReaderConnectionString(target.Address, options.Value));
        SqlConnection.ClearPool(connection);
    }

    private string WriterConnectionString() =>
        new SqlConnectionStringBuilder(ReaderConnectionString(target.Address, options.Value))
        {
            // A connection of its own, which is closed when it is given up; the writer makes a new one itself, and has
            // to know, since what a lost one had been sent may be written or not.
            Pooling = false,
            ConnectRetryCount = 0,
        }.ConnectionString;

    private static void SetUnlessGiven(SqlConnectionStringBuilder builder, string keyword, object value)
    {
        if (!builder.ShouldSerialize(keyword))
        {
            builder[keyword] = value;
        }
    }
}
