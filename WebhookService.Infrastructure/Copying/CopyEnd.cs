using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying.Sides;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Copying;

/// <summary>One of the two databases, with what the service knows of it.</summary>
internal sealed class CopyEnd
{
    private readonly IDatabase _database;
    private readonly DatabaseMigrator _migrator;

    public CopyEnd(IServiceProvider services)
    {
        _database = services.GetRequiredService<IDatabase>();
        _migrator = services.GetRequiredService<DatabaseMigrator>();
        Side = CopySide.Of(services.GetRequiredService<DatabaseTarget>());
    }

    public CopySide Side { get; }

    public string Name => Side.Target.Name;

    /// <summary>Creates a context whose queries may take as long as they need.</summary>
    public WebhookDbContext CreateContext()
    {
        var db = _database.CreateContext();
        db.Database.SetCommandTimeout(0);
        return db;
    }

    /// <summary>Reserves the database.</summary>
    /// <exception cref="DatabaseCommandException">It is in use.</exception>
    public DatabaseReservation Reserve() => DatabaseReservation.Take(_database, Side.Target);

    /// <summary>Checks that the source can be read by this version.</summary>
    /// <exception cref="DatabaseCommandException">There is no such database, or it has another schema.</exception>
    public async Task RequireSchemaAsync(CancellationToken cancellationToken)
    {
        if (Side.Target.Kind == DatabaseKind.Sqlite && !File.Exists(Side.Target.Address))
        {
            throw new DatabaseCommandException($"There is no database {Name}.");
        }

        if (!await HasSchemaAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new DatabaseCommandException(
                $"The schema of {Name} is not that of this version; run the migrate command on it first.");
        }
    }

    /// <summary>Creates the schema in an empty database.</summary>
    /// <exception cref="DatabaseCommandException">It has an older or a newer schema.</exception>
    public async Task CreateSchemaAsync(CancellationToken cancellationToken)
    {
        var db = CreateContext();
        await using var _ = db.ConfigureAwait(false);
        var isNew = !(await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).Any();
        if (isNew)
        {
            await _migrator.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }

        await RequireSchemaAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The sums of all totals.</summary>
    public CopyTotals ReadTotals()
    {
        using var db = CreateContext();
        return CopyTotals.Read(db);
    }

    private async Task<bool> HasSchemaAsync(CancellationToken cancellationToken)
    {
        var db = CreateContext();
        await using var _ = db.ConfigureAwait(false);
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false);
        return applied.Order(StringComparer.Ordinal).SequenceEqual(
            db.Database.GetMigrations().Order(StringComparer.Ordinal));
    }
}
