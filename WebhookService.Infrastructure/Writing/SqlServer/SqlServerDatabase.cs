using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.Server;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Access to SQL Server.</summary>
internal sealed class SqlServerDatabase(
    DatabaseTarget target,
    IDbContextFactory<SqlServerWebhookDbContext> contexts,
    IOptions<DatabaseOptions> options,
    IOptions<InstanceOptions> instanceOptions,
    StoreLimits limits,
    InstanceLease lease,
    TimeProvider clock)
    : ServerDatabase(target, options.Value, instanceOptions.Value, limits, lease, clock), IDisposable
{
    private readonly TimeSpan _commandTimeout = options.Value.CommandTimeout;
    private readonly string _readers = ReaderConnectionString(target.Address, options.Value);

    public override int MaxReaders => new SqlConnectionStringBuilder(_readers).MaxPoolSize;

    /// <summary>The connection string for reads; settings in the URL take precedence over our own limits.</summary>
    public static string ReaderConnectionString(string address, DatabaseOptions options)
    {
        var builder = new SqlConnectionStringBuilder(address);
        SetUnlessGiven(
            builder,
            ("Connect Timeout", (int)options.ConnectTimeout.TotalSeconds),
            ("Command Timeout", (int)options.CommandTimeout.TotalSeconds),
            ("Max Pool Size", options.MaxReadConnections),
            ("Application Name", "webhook-service"));
        return builder.ConnectionString;
    }

    public override WebhookDbContext CreateContext() => contexts.CreateDbContext();

    public override async Task<string?> FindRiskAsync(CancellationToken cancellationToken)
    {
        var connection = new SqlConnection(_readers);
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return SqlServerSettings.Read(connection).Risk;
    }

    public void Dispose()
    {
        using var connection = new SqlConnection(_readers);
        SqlConnection.ClearPool(connection);
    }

    // An unpooled connection, which really closes when it is disposed. The writer reconnects itself, since it has to
    // know: a batch sent on a lost connection may be written or not.
    protected override IServerDialect CreateDialect() => new SqlServerDialect(
        new SqlConnectionStringBuilder(_readers) { Pooling = false, ConnectRetryCount = 0 }.ConnectionString,
        _commandTimeout);
}
