using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// What every call goes through: a place among those under way, the circuit breaker's gate, the rate limit, the breaker
/// itself and the timeout.
/// </summary>
/// <remarks>
/// Waiting and calling have tokens of their own: a stop ends the first at once and leaves the second its grace. The
/// waits between attempts are not here; they are in the database.
/// </remarks>
internal sealed partial class ExternalApiPipeline : IDisposable
{
    private static readonly TimeSpan Replenishment = TimeSpan.FromMilliseconds(50);

    private readonly ResiliencePipeline _places;
    private readonly ResiliencePipeline _rate;
    private readonly ResiliencePipeline<CallResult?> _call;
    private readonly RateLimiter _limiter;
    private readonly BreakerGate _gate;
    private readonly WebhookMetrics _metrics;
    private readonly ILogger<ExternalApiPipeline> _logger;

    public ExternalApiPipeline(
        IOptions<ExternalApiOptions> options,
        IOptions<ProcessingOptions> processing,
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
        _places = new ResiliencePipelineBuilder()
            .AddConcurrencyLimiter(settings.MaxConcurrency, processing.Value.MaxConcurrency)
            .Build();
        _rate = new ResiliencePipelineBuilder().AddRateLimiter(_limiter).Build();
        _call = new ResiliencePipelineBuilder<CallResult?> { TimeProvider = clock }
            .AddCircuitBreaker(CreateBreaker(settings))
            .AddTimeout(settings.Timeout)
            .Build();
    }

    /// <summary>Waits for a place, in the order of arrival, and keeps it while the work runs.</summary>
    public ValueTask<CallResult?> WithPlaceAsync(
        Func<CancellationToken, ValueTask<CallResult?>> work, CancellationToken waiting) =>
        _places.ExecuteAsync(static (work, token) => work(token), work, waiting);

    /// <summary>Calls when the breaker and the rate let it.</summary>
    /// <param name="call">One attempt. It reports faults as results; its token ends with the timeout.</param>
    /// <param name="waiting">Ends the wait.</param>
    /// <param name="calling">Ends the call.</param>
    public async ValueTask<CallResult?> CallAsync(
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

    public void Dispose() => _limiter.Dispose();

    // As many at once as fit into a small part of a second, so that no second has more than its share.
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
                // Not what its body said: that may repeat what was sent.
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
            "The external API is in trouble; calls wait until it is back. The last answer: {Answer}")]
        public static partial void Opened(ILogger logger, string? answer);

        [LoggerMessage(51, LogLevel.Information, "The external API is back.")]
        public static partial void Closed(ILogger logger);
    }
}
