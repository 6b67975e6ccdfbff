using Polly;
using Polly.Retry;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Asks the store until it answers: a store that is away is no result of a call.</summary>
/// <remarks>
/// Bounded by what waits, not by how often: each transaction keeps its place in <c>Processing:MaxConcurrency</c>
/// meanwhile, so a store that is gone for an hour stops processing and fills no memory.
/// </remarks>
internal sealed class StorePipeline(TimeProvider clock)
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

    /// <summary>Reads; throws only when the token ends the attempts.</summary>
    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, Task<TResult>> read, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(
            static async (read, token) => await read(token).ConfigureAwait(false), read, cancellationToken);

    /// <summary>
    /// Writes a result: the work is done, so giving up would mean doing it again. A repeated write is safe, because
    /// the transition is conditional.
    /// </summary>
    public ValueTask<TransitionOutcome> CompleteAsync(
        ITransactionStore store, Completion completion, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(
            static (state, _) => state.store.CompleteAsync(state.completion), (store, completion), cancellationToken);
}
