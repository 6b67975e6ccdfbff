using Polly;
using Polly.Retry;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Writes a result until the store takes it: the work is done, so giving up would mean doing it again.
/// </summary>
/// <remarks>
/// Bounded by what waits, not by how often: each result keeps its place in <c>Processing:MaxConcurrency</c> until it
/// is written, so a store that is gone for an hour stops processing and fills no memory. A repeated write is safe,
/// because the transition is conditional.
/// </remarks>
internal sealed class CompletionPipeline(ITransactionStore store, TimeProvider clock)
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>(),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromSeconds(5),
            UseJitter = true,
        })
        .Build();

    /// <summary>Writes the result; throws only when <paramref name="cancellationToken"/> ends the attempts.</summary>
    public ValueTask<TransitionOutcome> CompleteAsync(Completion completion, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(
            static (state, _) => state.store.CompleteAsync(state.completion), (store, completion), cancellationToken);
}
