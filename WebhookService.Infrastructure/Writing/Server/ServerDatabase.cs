using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>A database server: one connection writes, a pool reads.</summary>
internal abstract class ServerDatabase(
    DatabaseTarget target,
    DatabaseOptions options,
    InstanceOptions instanceOptions,
    StoreLimits limits,
    InstanceLease lease,
    TimeProvider clock) : IDatabase
{
    public string Name => target.Name;

    public bool IsShared => true;

    public abstract int MaxReaders { get; }

    public void Take()
    {
        // No process owns a server; claims are leased.
    }

    public abstract WebhookDbContext CreateContext();

    // EF Core first takes a lock on the server, so instances that start at once migrate one after another.
    public virtual Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken) =>
        db.Database.MigrateAsync(cancellationToken);

    public virtual Task<string?> FindRiskAsync(CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    public IBatchWriter CreateWriter() =>
        new ServerBatchWriter(CreateDialect(), options, instanceOptions, limits, lease, clock);

    // The drivers cancel a query on the server automatically.
    public CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken) =>
        default;

    protected abstract IServerDialect CreateDialect();

    /// <summary>Sets our own limits where the URL sets none.</summary>
    protected static void SetUnlessGiven(
        DbConnectionStringBuilder builder, params ReadOnlySpan<(string Keyword, object Value)> settings)
    {
        foreach (var (keyword, value) in settings)
        {
            if (!builder.ShouldSerialize(keyword))
            {
                builder[keyword] = value;
            }
        }
    }
}
