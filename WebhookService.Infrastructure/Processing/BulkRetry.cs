using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Takes failed transactions back by filter: page by page, so that no lock and no list grows with them.
/// </summary>
public sealed class BulkRetry(
    ITransactionReader reader, ITransactionStore store, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // A page that the store had no time for is asked for again a few times; a repeat finds those that are left.
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>(),
            MaxRetryAttempts = 4,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
        })
        .Build();

    /// <summary>Retries every failed transaction that the filter finds; how many.</summary>
    /// <remarks>
    /// From the newest to the oldest. What fails again meanwhile lies behind, so each is retried once; what was cut off
    /// in the middle goes on with another call.
    /// </remarks>
    /// <param name="filter">Whose status, limit and place are not looked at.</param>
    /// <param name="cancellationToken">Ends it between two pages.</param>
    /// <exception cref="StoreUnavailableException">The store went away; some may have been retried.</exception>
    public async Task<int> RunAsync(TransactionQuery filter, CancellationToken cancellationToken)
    {
        var retried = 0;
        var page = filter with
        {
            Status = TransactionStatus.Failed,
            Limit = options.Value.RetryBatch,
            After = null,
        };
        var start = clock.GetTimestamp();
        var seen = 0;
        while (true)
        {
            var failed = await reader.ListAsync(page, cancellationToken).ConfigureAwait(false);
            string[] ids = [.. failed.Take(page.Limit).Select(transaction => transaction.TransactionId)];
            if (ids.Length > 0)
            {
                retried += await _pipeline.ExecuteAsync(_ => store.RetryAsync(ids), cancellationToken)
                    .ConfigureAwait(false);
            }

            if (failed.Count <= page.Limit)
            {
                return retried;
            }

            seen += ids.Length;
            var early = TimeSpan.FromSeconds((double)seen / options.Value.RetriesPerSecond) - clock.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, clock, cancellationToken).ConfigureAwait(false);
            }

            var last = failed[page.Limit - 1];
            page = page with { After = new PageCursor(last.CreatedAt, last.Sequence) };
        }
    }
}
