using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookService.Infrastructure.Persistence.Providers.Server;

namespace WebhookService.Infrastructure.Persistence.Providers.PostgreSql;

/// <summary>How PostgreSQL is reached.</summary>
internal sealed class PostgreSqlDatabase(
    DatabaseTarget target,
    IDbContextFactory<PostgreSqlWebhookDbContext> contexts,
    IOptions<DatabaseOptions> options,
    IOptions<InstanceOptions> instanceOptions,
    IOptions<RetentionOptions> retention,
    InstanceLease lease,
    TimeProvider clock)
    : ServerDatabase(target, options.Value, instanceOptions.Value, retention.Value, lease, clock), IDisposable
{
    // The few statements of the writer are prepared by the driver, each when it comes the second time.
    private const int PreparedStatements = 20;

    private readonly string _readers = ReaderConnectionString(target.Address, options.Value);

    public override int MaxReaders => new NpgsqlConnectionStringBuilder(_readers).MaxPoolSize;

    /// <summary>The connection string of those who read: what the URL says goes before our own limits.</summary>
    public static string ReaderConnectionString(string address, DatabaseOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(address);
        SetUnlessGiven(
            builder,
            ("Timeout", (int)options.ConnectTimeout.TotalSeconds),
            ("Command Timeout", (int)options.CommandTimeout.TotalSeconds),
            ("Maximum Pool Size", options.MaxReadConnections),
            ("Application Name", "webhook-service"));
        return builder.ConnectionString;
    }

    public override WebhookDbContext CreateContext() => contexts.CreateDbContext();

    public void Dispose()
    {
        using var connection = new NpgsqlConnection(_readers);
        NpgsqlConnection.ClearPool(connection);
    }

    protected override IServerDialect CreateDialect()
    {
        // A connection of its own, which is closed when it is given up: nobody else may wait for it. A pooler between
        // us and the server may not bear prepared statements, and then the URL says so.
        var builder = new NpgsqlConnectionStringBuilder(_readers) { Pooling = false };
        SetUnlessGiven(builder, ("Max Auto Prepare", PreparedStatements), ("Auto Prepare Min Usages", 2));
        return new PostgreSqlDialect(builder.ConnectionString);
    }
}
