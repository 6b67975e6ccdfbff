using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Takes failed transactions back by filter: page by page, so that no lock and no list grows with them.
/// </summary>
public sealed class BulkRetry(
    ITransactionReader reader, ITransactionRetries retries, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // A page that the store had no time for is asked for again a few times; those that were moved by then stay out.
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>(),
            MaxRetryAttempts = 4,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
        })
        .Build();

    /// <summary>
    /// Retries the failed transactions that the filter finds, for <c>Operations:RetryDuration</c> at most.
    /// </summary>
    /// <remarks>
    /// From the newest to the oldest. What fails again meanwhile lies behind, so each is retried once, as long
    /// as another call goes on where this one ended.
    /// </remarks>
    /// <param name="filter">Whose status and limit are not looked at.</param>
    /// <param name="cancellationToken">Ends it between two pages.</param>
    /// <exception cref="StoreUnavailableException">The store went away; some may have been retried.</exception>
    public async Task<RetriedTransactions> RunAsync(TransactionQuery filter, CancellationToken cancellationToken)
    {
        var retried = 0;
        var page = filter with
        {
            Status = TransactionStatus.Failed,
            Limit = options.Value.RetryBatch,
        };
        var start = clock.GetTimestamp();
        var seen = 0;
        while (true)
        {
            var failed = await reader.ListAsync(page, cancellationToken).ConfigureAwait(false);
            FailedRound[] rounds =
            [
                .. failed.Take(page.Limit).Where(row => row.CanRetry).Select(row => row.Retry()),
            ];
            if (rounds.Length > 0)
            {
                retried += await _pipeline.ExecuteAsync(_ => retries.RetryAsync(rounds), cancellationToken)
                    .ConfigureAwait(false);
            }

            if (failed.Count <= page.Limit)
            {
                return new RetriedTransactions(retried, null);
            }

            seen += rounds.Length;
            page = page with { After = PageCursor.Of(failed[page.Limit - 1]) };
            if (clock.GetElapsedTime(start) >= options.Value.RetryDuration)
            {
                return new RetriedTransactions(retried, page.After);
            }

            var due = TimeSpan.FromSeconds((double)seen / options.Value.RetriesPerSecond);
            var early = due - clock.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>What a retry in bulk did.</summary>
/// <param name="Count">How many transactions are PROCESSING again.</param>
/// <param name="Next">Where another call goes on; null when all were looked at.</param>
public sealed record RetriedTransactions(int Count, PageCursor? Next);
