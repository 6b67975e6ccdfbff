using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Writes how claims end: with a result or, at a stop, with their release.</summary>
internal sealed partial class ClaimWriter(
    ITransactionClaims claims, DueTimes dueTimes, TimeProvider clock, ILogger<ClaimWriter> logger)
{
    private const int ReleasePage = 5_000;

    // Bounded by what waits, not by how often: each transaction keeps its slot of Processing:MaxConcurrency meanwhile,
    // so a store that is gone for an hour stops processing and fills no memory.
    private readonly ResiliencePipeline _untilAccepted = new ResiliencePipelineBuilder { TimeProvider = clock }
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

    /// <summary>
    /// Writes a result, and tries until the store accepts it: the work is done, so giving up would mean doing it again.
    /// Writing again is safe, since the transition is conditional.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token ended it; the row may still be PROCESSING.</exception>
    public async ValueTask CompleteAsync(Completion completion, CancellationToken cancellationToken)
    {
        await _untilAccepted.ExecuteAsync(
            static (state, _) => state.claims.CompleteAsync(state.completion), (claims, completion), cancellationToken)
            .ConfigureAwait(false);
        if (completion.NextAttemptAt is { } next)
        {
            dueTimes.Note(next);
        }
    }

    /// <summary>Releases what this instance still holds, so that another one, or the next start, claims it at
    /// once.</summary>
    public async Task ReleaseAllAsync()
    {
        try
        {
            while (await claims.ReleaseAsync(ReleasePage).ConfigureAwait(false) == ReleasePage)
            {
                Log.Releasing(logger, ReleasePage);
            }
        }
        catch (StoreUnavailableException exception)
        {
            // Not lost: the next start, or another instance, takes over what this instance held.
            Log.ReleaseFailed(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Debug, "Released {Count} claims.")]
        public static partial void Releasing(ILogger logger, int count);

        [LoggerMessage(13, LogLevel.Warning, "Claims were not released, the next start takes them over: {Reason}")]
        public static partial void ReleaseFailed(ILogger logger, string reason);
    }
}
