using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>
/// The pipeline of every call: a concurrency slot, the circuit breaker's gate, the rate limit, the breaker itself and
/// the timeout.
/// </summary>
/// <remarks>
/// Waiting and calling have separate tokens: a shutdown ends the waits at once and gives the calls their grace period.
/// The waits between attempts are in the database, not here.
/// </remarks>
internal sealed partial class ExternalApiPipeline : IDisposable
{
    private static readonly TimeSpan Replenishment = TimeSpan.FromMilliseconds(50);

    private readonly ResiliencePipeline _slots;
    private readonly ResiliencePipeline _rate;
    private readonly ResiliencePipeline<CallResult?> _call;
    private readonly RateLimiter _limiter;
    private readonly BreakerGate _gate;
    private readonly WebhookMetrics _metrics;
    private readonly ILogger<ExternalApiPipeline> _logger;

    public ExternalApiPipeline(
        IOptions<ExternalApiOptions> options,
        BreakerGate gate,
        WebhookMetrics metrics,
        TimeProvider clock,
        ILogger<ExternalApiPipeline> logger)
    {
        var settings = options.Value;
        _metrics = metrics;
        _logger = logger;
        _gate = gate;
        _limiter = CreateLimiter(settings);
        _slots = new ResiliencePipelineBuilder()
            // Waiting calls are bounded by Processing:MaxConcurrency.
            .AddConcurrencyLimiter(settings.MaxConcurrency, queueLimit: int.MaxValue)
            .Build();
        _rate = new ResiliencePipelineBuilder().AddRateLimiter(_limiter).Build();
        _call = new ResiliencePipelineBuilder<CallResult?> { TimeProvider = clock }
            .AddCircuitBreaker(CreateBreaker(settings))
            .AddTimeout(settings.Timeout)
            .Build();
    }

    /// <summary>
    /// Waits for a slot, in the order of arrival, keeps it, and calls when the breaker and the rate allow.
    /// </summary>
    /// <param name="call">One attempt. It reports faults as results; its token ends with the timeout.</param>
    /// <param name="waiting">Ends the waits.</param>
    /// <param name="calling">Ends the call.</param>
    public ValueTask<CallResult?> CallAsync(
        Func<CancellationToken, ValueTask<CallResult?>> call, CancellationToken waiting, CancellationToken calling) =>
        _slots.ExecuteAsync(
            static (state, token) => state.pipeline.CallInSlotAsync(state.call, token, state.calling),
            (pipeline: this, call, calling),
            waiting);

    public void Dispose() => _limiter.Dispose();

    private async ValueTask<CallResult?> CallInSlotAsync(
        Func<CancellationToken, ValueTask<CallResult?>> call, CancellationToken waiting, CancellationToken calling)
    {
        while (true)
        {
            await _gate.WaitAsync(waiting).ConfigureAwait(false);
            await _rate.ExecuteAsync(static _ => ValueTask.CompletedTask, waiting).ConfigureAwait(false);
            try
            {
                return await _call.ExecuteAsync(static (call, token) => call(token), call, calling)
                    .ConfigureAwait(false);
            }
            catch (BrokenCircuitException refusal)
            {
                _gate.Refused(refusal.RetryAfter ?? Replenishment);
            }
        }
    }

    // A bucket holds the calls of a small part of a second, so that no second has more than its share.
    private static TokenBucketRateLimiter CreateLimiter(ExternalApiOptions options)
    {
        var tokens = Math.Max(1, (int)(options.CallsPerSecond * Replenishment.TotalSeconds));
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / options.CallsPerSecond),
            QueueLimit = options.MaxConcurrency,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    private CircuitBreakerStrategyOptions<CallResult?> CreateBreaker(ExternalApiOptions options) => new()
    {
        FailureRatio = options.BreakRatio,
        SamplingDuration = options.BreakWindow,
        MinimumThroughput = options.BreakMinimumCalls,
        BreakDuration = options.BreakDuration,
        ShouldHandle = arguments => ValueTask.FromResult(ExternalApiAnswer.IsTrouble(arguments.Outcome.Result)),
        OnOpened = arguments =>
        {
            if (!_gate.IsOpen)
            {
                // Without its body, which may repeat the request.
                var attempt = arguments.Outcome.Result?.Attempt;
                Log.Opened(_logger, attempt?.HttpStatus is { } status ? $"{status}" : attempt?.Detail);
            }

            _gate.Open(arguments.BreakDuration);
            _metrics.BreakerOpened();
            return ValueTask.CompletedTask;
        },
        OnClosed = _ =>
        {
            _gate.Close();
            Log.Closed(_logger);
            return ValueTask.CompletedTask;
        },
    };

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Warning,
            "The external API is failing; calls wait until it recovers. The last answer: {Answer}")]
        public static partial void Opened(ILogger logger, string? answer);

        [LoggerMessage(51, LogLevel.Information, "The external API has recovered.")]
        public static partial void Closed(ILogger logger);
    }
}
