using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Administration;

/// <summary>Opens the store before the services that need it start, and closes it after they have stopped.</summary>
/// <remarks>
/// A file that cannot be used fails the start. A full disk, or a server that is unavailable or busy with a long
/// migration, does not: the service starts, is not ready, answers 503 and keeps trying.
/// </remarks>
internal sealed partial class DatabaseMigrator(
    IDatabase database,
    IOptions<DatabaseOptions> options,
    CommitLoop commits,
    WriteQueue writes,
    TimeProvider clock,
    ILogger<DatabaseMigrator> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _trying = Task.CompletedTask;
    private Task? _opening;
    private string? _risk;
    private volatile bool _isOpen;

    /// <summary>Begins to open a file on another thread. A server is contacted only once the inbox is open.</summary>
    public void Begin() => _opening = database.IsShared ? null : Task.Run(TakeAndOpenAsync);

    /// <summary>Reserves the database, brings its schema up to date and starts the writer.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be used; the message says why.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!database.IsShared)
        {
            // A shutdown also ends a long migration, even one that began before the start of the host.
            using var stop = cancellationToken.UnsafeRegister(_ => _stopping.Cancel(), null);
            await (_opening ?? TakeAndOpenAsync()).ConfigureAwait(false);
            return;
        }

        database.Take();

        // Most starts finish within this wait; the others continue while the service answers that it is not ready.
        writes.LastFault = $"The database {database.Name} is being opened.";
        _trying = KeepTryingAsync();
        await Task.WhenAny(_trying, Task.Delay(options.Value.ConnectTimeout, clock, cancellationToken))
            .ConfigureAwait(false);
    }

    /// <summary>Brings the schema up to date, and nothing else.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be used.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        if (database.HasCurrentSchema(mayCreate: true))
        {
            return;
        }

        try
        {
            var db = database.CreateContext();
            await using var _ = db.ConfigureAwait(false);
            db.Database.SetCommandTimeout(options.Value.MigrationTimeout);
            await database.MigrateAsync(db, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception))
        {
            throw Unusable(exception);
        }
    }

    /// <summary>Stops retrying, before the services that wait for their writes stop.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _trying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isOpen)
        {
            commits.RejectAll("The store was never opened.");
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        commits.Stop();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task TakeAndOpenAsync()
    {
        database.Take();
        try
        {
            await OpenAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (StoreUnavailableException exception) when (SqliteFault.IsTransient(exception.InnerException))
        {
            // A full disk can still be read; the start continues once there is room.
            _trying = KeepTryingAsync();
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AutoMigrate)
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await RequireSchemaAsync(cancellationToken).ConfigureAwait(false);
        }

        await NoteRiskAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            commits.Start();
            _isOpen = true;
            writes.LastFault = null;
        }
        catch (CommitFailedException exception)
        {
            throw Unusable(exception);
        }
    }

    private async Task NoteRiskAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await database.FindRiskAsync(cancellationToken).ConfigureAwait(false) is { } risk && risk != _risk)
            {
                _risk = risk;
                Log.Risk(logger, database.Name, risk);
            }
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception))
        {
            throw Unusable(exception);
        }
    }

    private async Task RequireSchemaAsync(CancellationToken cancellationToken)
    {
        if (database.HasCurrentSchema(mayCreate: false))
        {
            return;
        }

        try
        {
            var db = database.CreateContext();
            await using var _ = db.ConfigureAwait(false);
            var missing = await db.Database.GetPendingMigrationsAsync(cancellationToken).ConfigureAwait(false);
            if (missing.Any())
            {
                throw new StoreUnavailableException(
                    $"The schema of {database.Name} is not up to date; run the migrate command, or set "
                    + "Database__AutoMigrate to true.");
            }
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception))
        {
            throw Unusable(exception);
        }
    }

    private async Task KeepTryingAsync()
    {
        while (true)
        {
            try
            {
                await OpenAsync(_stopping.Token).ConfigureAwait(false);
                Log.Opened(logger, database.Name);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                NoteFault(exception);
            }

            await Task.Delay(RetryInterval, clock, _stopping.Token).ConfigureAwait(false);
        }
    }

    // Logs each reason once, however often it is retried; an unexpected exception with its stack trace.
    private void NoteFault(Exception exception)
    {
        if (writes.LastFault != exception.Message)
        {
            writes.LastFault = exception.Message;
            Log.Unusable(logger, exception is StoreUnavailableException ? null : exception, exception.Message);
        }
    }

    private StoreUnavailableException Unusable(Exception exception) => new(
        $"The database {database.Name} cannot be used: {StoreFault.Describe(exception)}", exception);

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Error, "{Reason} The service is not ready and keeps trying.")]
        public static partial void Unusable(ILogger logger, Exception? exception, string reason);

        [LoggerMessage(31, LogLevel.Information, "The database {Name} is open.")]
        public static partial void Opened(ILogger logger, string name);

        [LoggerMessage(32, LogLevel.Warning, "The database {Name} is slower than it has to be: {Risk}")]
        public static partial void Risk(ILogger logger, string name, string risk);
    }
}
