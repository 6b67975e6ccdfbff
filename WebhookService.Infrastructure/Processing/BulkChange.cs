using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Changes failed transactions by filter, page by page, so that neither locks nor lists grow with their number.
/// </summary>
internal sealed class BulkChange(ITransactionReader reader, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // A page that the store could not write in time is tried again; rows that are changed already are left alone.
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
    /// Changes the failed transactions that match the filter, for <c>Operations:RetryDuration</c> at most.
    /// </summary>
    /// <remarks>
    /// Works from the newest to the oldest. A transaction that fails again lies behind the cursor, so each is changed
    /// once, provided that the next call continues where this one ended.
    /// </remarks>
    /// <param name="filter">Its status and limit are ignored.</param>
    /// <param name="plan">The round of a transaction to change; null to leave it as it is.</param>
    /// <param name="change">Writes a page of changes; returns how many it made.</param>
    /// <param name="cancellationToken">Ends the run between two pages.</param>
    /// <returns>What was changed, also when the run ended early after a change.</returns>
    /// <exception cref="StoreUnavailableException">The store failed before the first change.</exception>
    public async Task<ChangedTransactions> RunAsync(
        TransactionQuery filter,
        Func<Transaction, FailedRound?> plan,
        Func<IReadOnlyList<FailedRound>, ValueTask<int>> change,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(change);
        var changed = 0;
        var page = filter with
        {
            Status = TransactionStatus.Failed,
            Limit = options.Value.RetryBatch,
        };
        var start = clock.GetTimestamp();
        var seen = 0;
        try
        {
            while (true)
            {
                var failed = await reader.ListAsync(page, cancellationToken).ConfigureAwait(false);
                FailedRound[] rounds =
                [
                    .. failed.Take(page.Limit).Select(plan).OfType<FailedRound>(),
                ];
                if (rounds.Length > 0)
                {
                    changed += await _pipeline.ExecuteAsync(_ => change(rounds), cancellationToken)
                        .ConfigureAwait(false);
                }

                if (failed.Count <= page.Limit)
                {
                    return new ChangedTransactions(changed, null);
                }

                seen += rounds.Length;
                page = page with { After = PageCursor.Of(failed[page.Limit - 1]) };
                if (clock.GetElapsedTime(start) >= options.Value.RetryDuration)
                {
                    return new ChangedTransactions(changed, page.After);
                }

                var due = TimeSpan.FromSeconds((double)seen / options.Value.RetriesPerSecond);
                var early = due - clock.GetElapsedTime(start);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, clock, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure) when (
            changed > 0 && failure is (StoreUnavailableException or OperationCanceledException))
        {
            return new ChangedTransactions(changed, page.After, ExceptionDispatchInfo.Capture(failure));
        }
    }
}

/// <summary>The result of a bulk change.</summary>
/// <param name="Count">Number of transactions that were changed.</param>
/// <param name="Next">Where the next call continues; null when no more remain.</param>
/// <param name="Failure">Why it ended early, to be thrown when the changes are recorded; null if it did not.</param>
internal sealed record ChangedTransactions(int Count, PageCursor? Next, ExceptionDispatchInfo? Failure = null);
