using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>
/// Renews the lease of this instance where the database is shared, and gives up claims that a lost batch left behind.
/// </summary>
internal sealed partial class InstanceHeartbeat(
    IDatabase database,
    InstanceLease lease,
    HeldTransactions held,
    TransactionStore store,
    WriteQueue writes,
    IOptions<InstanceOptions> options,
    TimeProvider clock,
    ILogger<InstanceHeartbeat> logger) : BackgroundService
{
    private const int Page = 1_000;

    private int _knownLosses;
    private long _lostAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (database.IsShared && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.HeartbeatInterval, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var health = await store.ProbeAsync().ConfigureAwait(false);
            if (health.IsHealthy && MayHaveStrays())
            {
                await ReleaseStraysAsync(stoppingToken).ConfigureAwait(false);
            }
        }
    }

    // For as long as a lease after the loss: a server that stood still may write what it was sent when it goes on.
    private bool MayHaveStrays()
    {
        var losses = held.Losses;
        if (losses != _knownLosses)
        {
            _knownLosses = losses;
            _lostAt = clock.GetTimestamp();
        }

        return losses > 0 && clock.GetElapsedTime(_lostAt) <= options.Value.LeaseDuration;
    }

    private async Task ReleaseStraysAsync(CancellationToken stoppingToken)
    {
        try
        {
            var strays = await FindStraysAsync(stoppingToken).ConfigureAwait(false);
            foreach (var page in strays.Chunk(Page))
            {
                var released = await writes.Enqueue(new ReleaseStraysRequest([.. page])).ConfigureAwait(false);
                Log.Released(logger, released);
            }
        }
        catch (Exception exception) when (
            exception is StoreUnavailableException || StoreFault.IsOfDatabase(exception)
            || stoppingToken.IsCancellationRequested)
        {
            // The next heartbeat tries again; at a stop, the lease ends.
            Log.NotReleased(logger, StoreFault.Describe(exception));
        }
    }

    private async Task<List<string>> FindStraysAsync(CancellationToken stoppingToken)
    {
        List<string> strays = [];
        long? me = lease.InstanceId;
        var db = database.CreateContext();
        await using var _ = db.ConfigureAwait(false);
        var claimed = db.Transactions
            .Where(t => t.Status == TransactionStatus.Processing && t.NextAttemptAt == null)
            .Where(t => EF.Property<long?>(t, WebhookDbContext.ClaimedBy) == me)
            .Select(t => t.TransactionId)
            .AsAsyncEnumerable();
        await foreach (var transactionId in claimed.WithCancellation(stoppingToken).ConfigureAwait(false))
        {
            if (!held.Contains(transactionId))
            {
                strays.Add(transactionId);
            }
        }

        return strays;
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "Gave up {Count} claims of a batch that was lost on its way.")]
        public static partial void Released(ILogger logger, int count);

        [LoggerMessage(41, LogLevel.Warning, "Claims of a lost batch were not given up yet: {Reason}")]
        public static partial void NotReleased(ILogger logger, string reason);
    }
}
