using Microsoft.Extensions.DependencyInjection;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>Lets the database be opened while the rest of the service is put together.</summary>
public static class DatabaseStart
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Begins to open a SQLite database on another thread; the start of the host waits for it and reports its faults.
    /// </summary>
    public static void BeginToOpenDatabase(this IServiceProvider services) =>
        services.GetRequiredService<DatabaseMigrator>().Begin();

    /// <summary>
    /// Soon makes EF Core ready on another thread, without asking the database: time that the first query would
    /// otherwise take, out of its <c>Reads:Timeout</c>. The webhooks that have waited for the start go first.
    /// </summary>
    public static async Task PrepareReadsAsync(this IServiceProvider services)
    {
        var database = services.GetRequiredService<IDatabase>();
        var clock = services.GetRequiredService<TimeProvider>();
        await Task.Delay(Quiet, clock, CancellationToken.None).ConfigureAwait(false);
        using var db = database.CreateContext();
        _ = db.Model;
    }
}
