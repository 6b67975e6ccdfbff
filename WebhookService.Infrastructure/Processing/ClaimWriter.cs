using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Ends claims: with a result or, at shutdown, by releasing them.</summary>
internal sealed partial class ClaimWriter(
    ITransactionClaims claims, DueTimes dueTimes, TimeProvider clock, ILogger<ClaimWriter> logger)
{
    // A page keeps the writer, and locks of its rows, for a short time.
    private const int ReleasePage = 1_000;

    // Retries are unlimited, waiting transactions are not: each keeps its slot of Processing:MaxConcurrency, so a store
    // that is down for an hour stops processing but fills no memory.
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
    /// Writes a result, retrying until the store accepts it: the call was made, and without its result it would be
    /// repeated. Writing again is safe, since the transition is conditional.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was canceled; the row may still be PROCESSING.</exception>
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

    /// <summary>
    /// Releases the claims this instance still has, so that another one, or the next start, claims the rows at once.
    /// </summary>
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
            // Not lost: the next start, or another instance, takes over the claims.
            Log.ReleaseFailed(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Debug, "Released {Count} claims.")]
        public static partial void Releasing(ILogger logger, int count);

        [LoggerMessage(13, LogLevel.Warning, "Claims were not released; the next start takes them over: {Reason}")]
        public static partial void ReleaseFailed(ILogger logger, string reason);
    }
}
