using Microsoft.Extensions.DependencyInjection;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>What can be done to the database without running the service.</summary>
public static class DatabaseCommands
{
    /// <summary>Brings the schema up to date; returns the database's name.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used, or another process has it.</exception>
    public static async Task<string> MigrateDatabaseAsync(
        this IServiceProvider services, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<IDatabase>();
        database.Take();
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken).ConfigureAwait(false);
        return database.Name;
    }
}
