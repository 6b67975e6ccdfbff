using Microsoft.Extensions.DependencyInjection;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>Lets the database be opened while the rest of the service is put together.</summary>
public static class DatabaseStart
{
    /// <summary>
    /// Begins to open a SQLite database on another thread; the start of the host waits for it and reports its faults.
    /// </summary>
    public static void BeginToOpenDatabase(this IServiceProvider services) =>
        services.GetRequiredService<DatabaseMigrator>().Begin();

    /// <summary>
    /// Begins to make EF Core ready on another thread, without asking the database: half a second that the first query
    /// would otherwise take, out of its <c>Reads:Timeout</c>.
    /// </summary>
    public static void BeginToPrepareReads(this IServiceProvider services) => Task.Run(() =>
    {
        using var db = services.GetRequiredService<IDatabase>().CreateContext();
        _ = db.Model;
    });
}
