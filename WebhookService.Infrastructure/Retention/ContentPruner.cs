using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Settings;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Retention;

/// <summary>
/// Prunes old data, a small batch at a time: attempts, events in the quarantine and, if enabled, the content of
/// finished transactions. Ids are kept permanently.
/// </summary>
internal sealed partial class ContentPruner(
    ITransactionReader reader,
    TimedReads reads,
    WriteQueue writes,
    StoreLimits limits,
    Jitter jitter,
    TimeProvider clock,
    ILogger<ContentPruner> logger) : BackgroundService
{
    private readonly RetentionOptions _options = limits.Retention;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(jitter.Shorten(_options.Interval), clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await PruneAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The next pass starts anew; nothing else depends on this.
                NoteFault(exception, stoppingToken);
            }
        }
    }

    private void NoteFault(Exception exception, CancellationToken stoppingToken)
    {
        if (exception is StoreUnavailableException || stoppingToken.IsCancellationRequested)
        {
            Log.Interrupted(logger, exception.Message);
        }
        else
        {
            Log.Failed(logger, exception);
        }
    }

    private async Task PruneAsync(CancellationToken stoppingToken)
    {
        // All instances would read the same rows and wait for each other; two at once would do no harm.
        if (!await reader.IsSelfFirstAsync(stoppingToken).ConfigureAwait(false))
        {
            return;
        }

        var now = clock.GetUtcNow();
        var contents = _options.ContentAge > TimeSpan.Zero
            ? await PruneContentAsync(now - _options.ContentAge, stoppingToken).ConfigureAwait(false)
            : 0;
        var attempts = await PruneAllAsync(
            () => new PruneAttemptsRequest(now - _options.AttemptAge, _options.Batch), stoppingToken)
            .ConfigureAwait(false);
        var events = await PruneAllAsync(
            () => new PruneQuarantineRequest(now - limits.Quarantine.Retention, _options.Batch), stoppingToken)
            .ConfigureAwait(false);
        if (contents + attempts + events > 0)
        {
            Log.Pruned(logger, contents, attempts, events);
        }
    }

    // In the order of receipt. A transaction that took long to finish is skipped until it is old enough.
    private async Task<int> PruneContentAsync(DateTimeOffset before, CancellationToken stoppingToken)
    {
        var pruned = 0;
        var (time, sequence) = (DateTimeOffset.MinValue, 0L);
        while (true)
        {
            var (from, after) = (time, sequence);
            var page = await reads.RunAsync(
                (db, token) => db.Transactions.AsNoTracking()
                    .Where(t => t.ProcessedAt != null && t.ContentHash == null)
                    .Where(t => t.CreatedAt < before && t.CreatedAt >= from)
                    .Where(t => t.CreatedAt > from || t.Sequence > after)
                    .OrderBy(t => t.CreatedAt)
                    .ThenBy(t => t.Sequence)
                    .Take(_options.Batch)
                    .ToListAsync(token),
                stoppingToken).ConfigureAwait(false);
            PrunedContent[] old = [.. page.Where(t => t.ProcessedAt < before).Select(t => t.Prune())];
            if (old.Length > 0)
            {
                pruned += await writes.Enqueue(new PruneContentRequest(old)).ConfigureAwait(false);
            }

            if (page.Count < _options.Batch)
            {
                return pruned;
            }

            (time, sequence) = (page[^1].CreatedAt, page[^1].Sequence);
        }
    }

    private async Task<int> PruneAllAsync(Func<WriteRequest<int>> next, CancellationToken stoppingToken)
    {
        var pruned = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var count = await writes.Enqueue(next()).ConfigureAwait(false);
            pruned += count;
            if (count < _options.Batch)
            {
                break;
            }
        }

        return pruned;
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information,
            "Pruned the content of {Contents} transactions, {Attempts} attempts and {Events} quarantined events.")]
        public static partial void Pruned(ILogger logger, int contents, int attempts, int events);

        [LoggerMessage(61, LogLevel.Debug, "Pruning was interrupted: {Reason}")]
        public static partial void Interrupted(ILogger logger, string reason);

        [LoggerMessage(62, LogLevel.Error, "Pruning failed; the next pass tries again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
