using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Renews this instance's lease on a shared database and releases claims that a lost batch orphaned.</summary>
internal sealed partial class InstanceHeartbeat(
    IDatabase database,
    InstanceLease lease,
    ClaimedSet claims,
    TransactionStore store,
    IOptions<InstanceOptions> options,
    TimeProvider clock,
    ILogger<InstanceHeartbeat> logger) : BackgroundService
{
    private const int Page = 1_000;

    private int _known;
    private long? _firstSearch;

    // Claims were orphaned and no search has shown yet that none are left.
    private bool _mayHaveOrphans;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (database.IsShared && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.HeartbeatInterval, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var health = await store.ProbeAsync().ConfigureAwait(false);
            if (health.IsHealthy && MayHaveOrphans())
            {
                await ReleaseOrphansAsync(stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private bool MayHaveOrphans()
    {
        var orphanings = claims.Orphanings;
        if (orphanings != _known)
        {
            (_known, _mayHaveOrphans, _firstSearch) = (orphanings, true, null);
        }

        return _mayHaveOrphans;
    }

    private async Task ReleaseOrphansAsync(CancellationToken stoppingToken)
    {
        try
        {
            var begun = clock.GetTimestamp();
            var orphans = await FindOrphansAsync(stoppingToken).ConfigureAwait(false);
            foreach (var page in orphans.Chunk(Page))
            {
                var released = await store.ReleaseAsync(page).ConfigureAwait(false);
                Log.Released(logger, released);
            }

            // Two searches must succeed, the second a lease after the first: a server that stalled may write a batch it
            // had received just after it answers again.
            _firstSearch ??= begun;
            _mayHaveOrphans = clock.GetElapsedTime(_firstSearch.Value, begun) < options.Value.LeaseDuration;
        }
        catch (Exception exception) when (
            exception is StoreUnavailableException || StoreFault.IsOfDatabase(exception)
            || stoppingToken.IsCancellationRequested)
        {
            // The next heartbeat tries again; at shutdown, the lease ends.
            Log.NotReleased(logger, StoreFault.Describe(exception));
        }
    }

    private async Task<List<OrphanedClaim>> FindOrphansAsync(CancellationToken stoppingToken)
    {
        List<OrphanedClaim> orphans = [];
        long? me = lease.InstanceId;
        var db = database.CreateContext();
        await using var _ = db.ConfigureAwait(false);
        var stored = db.Transactions
            .Where(t => t.Status == TransactionStatus.Processing && t.NextAttemptAt == null)
            .Where(t => EF.Property<long?>(t, WebhookDbContext.ClaimedBy) == me)
            .Select(t => new OrphanedClaim(t.TransactionId, EF.Property<int>(t, WebhookDbContext.Claim)))
            .AsAsyncEnumerable();
        await foreach (var claim in stored.WithCancellation(stoppingToken).ConfigureAwait(false))
        {
            if (!claims.Contains(claim))
            {
                orphans.Add(claim);
            }
        }

        return orphans;
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "Released {Count} orphaned claims of a lost batch.")]
        public static partial void Released(ILogger logger, int count);

        [LoggerMessage(41, LogLevel.Warning, "Orphaned claims of a lost batch are not released yet: {Reason}")]
        public static partial void NotReleased(ILogger logger, string reason);
    }
}
