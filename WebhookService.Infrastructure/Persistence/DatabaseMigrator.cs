using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Infrastructure.Persistence.Providers;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>
/// Opens the store before anything that needs it starts, and closes it after all of that has stopped.
/// </summary>
internal sealed class DatabaseMigrator(
    SqliteDatabase database,
    IDbContextFactory<WebhookDbContext> contexts,
    ITransactionReader reader,
    CommitLoop commits) : IHostedLifecycleService
{
    /// <summary>Takes the file, brings its schema up to date and starts the writer.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be used; the message is for the
    /// operator.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        database.Lock();
        try
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
            commits.Start();
        }
        catch (Exception exception) when (exception is SqliteException or CommitFailedException)
        {
            throw new StoreUnavailableException(
                $"The database {database.Path} cannot be used: {exception.Message}", exception);
        }

        // The first query compiles the model; better now than while a sender waits.
        await reader.FindAsync("warm-up", cancellationToken).ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        commits.Stop();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = db.ConfigureAwait(false);

        // EF Core's own lock is a row, which a killed process leaves behind and every later start would wait for.
        // Under the lock of the file nobody else can be migrating, so whatever is there is stale.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken)
            .ConfigureAwait(false);
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
    }
}
