using Microsoft.Extensions.DependencyInjection;

namespace WebhookService.Infrastructure.Administration;

/// <summary>Lets the database be opened while the rest of the service is put together.</summary>
public static class DatabaseStart
{
    /// <summary>
    /// Begins to open a SQLite database on another thread; the start of the host waits for it and reports its faults.
    /// </summary>
    public static void BeginToOpenDatabase(this IServiceProvider services) =>
        services.GetRequiredService<DatabaseMigrator>().Begin();
}
