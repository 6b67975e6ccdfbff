using Microsoft.Extensions.DependencyInjection;

namespace WebhookService.Infrastructure.Administration;

/// <summary>Opens the database while the rest of the service is composed.</summary>
internal static class DatabaseStart
{
    /// <summary>
    /// Begins to open a SQLite database on another thread; the start of the host waits for it and reports its faults.
    /// </summary>
    public static void BeginToOpenDatabase(this IServiceProvider services) =>
        services.GetRequiredService<DatabaseMigrator>().Begin();
}
