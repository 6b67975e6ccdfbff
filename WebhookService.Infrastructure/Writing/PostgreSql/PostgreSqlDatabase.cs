using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.Server;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>Access to a PostgreSQL server.</summary>
internal sealed class PostgreSqlDatabase(
    DatabaseTarget target,
    IDbContextFactory<PostgreSqlWebhookDbContext> contexts,
    IOptions<DatabaseOptions> options,
    IOptions<InstanceOptions> instanceOptions,
    StoreLimits limits,
    InstanceLease lease,
    TimeProvider clock)
    : ServerDatabase(target, options.Value, instanceOptions.Value, limits, lease, clock), IDisposable
{
    // The driver prepares the few statements of a connection, each at its second use. A pooler in front of the server
    // may not support that; the URL then disables it.
    private const int PreparedStatements = 30;

    // With several hosts, the driver remembers for this time which one was the primary; its own default is 10 seconds.
    private const int HostRecheckSeconds = 1;

    // Any number that no other program locks in this database. The lock is released when the connection closes.
    private const string TakeTurn = "BEGIN; SELECT pg_advisory_xact_lock(20260115)";

    private readonly string _readers = ReaderConnectionString(target.Address, options.Value);

    public override int MaxReaders => new NpgsqlConnectionStringBuilder(_readers).MaxPoolSize;

    /// <summary>The connection string for reads; settings in the URL take precedence over our own limits.</summary>
    public static string ReaderConnectionString(string address, DatabaseOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(address);
        SetUnlessGiven(
            builder,
            ("Timeout", (int)options.ConnectTimeout.TotalSeconds),
            ("Command Timeout", (int)options.CommandTimeout.TotalSeconds),
            ("Maximum Pool Size", options.MaxReadConnections),
            ("Application Name", "webhook-service"),
            ("Host Recheck Seconds", HostRecheckSeconds),
            ("Max Auto Prepare", PreparedStatements),
            ("Auto Prepare Min Usages", 2));
        return builder.ConnectionString;
    }

    public override WebhookDbContext CreateContext() => contexts.CreateDbContext();

    /// <remarks>
    /// EF Core's lock on PostgreSQL ends with each migration's transaction, but its list of pending migrations was made
    /// before: two processes that start at once would apply the same one. This lock lasts until all are applied. It
    /// belongs to a transaction, since a pooler may give the next statement outside one to another session.
    /// </remarks>
    public override async Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken)
    {
        var gate = new NpgsqlConnection(Unpooled().ConnectionString);
        await using var _ = gate.ConfigureAwait(false);
        await gate.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (PostgreSqlEncoding.FindUnsuitable(gate) is { } reason)
        {
            throw new StoreUnavailableException($"The database {Name} cannot be used: {reason}");
        }

        using var wait = new NpgsqlCommand(TakeTurn, gate)
        {
            CommandTimeout = (int)options.Value.MigrationTimeout.TotalSeconds,
        };
        await wait.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await base.MigrateAsync(db, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        using var connection = new NpgsqlConnection(_readers);
        NpgsqlConnection.ClearPool(connection);
    }

    // An unpooled connection, which really closes when it is disposed.
    protected override IServerDialect CreateDialect() => new PostgreSqlDialect(Unpooled().ConnectionString);

    private NpgsqlConnectionStringBuilder Unpooled() => new(_readers) { Pooling = false };
}
