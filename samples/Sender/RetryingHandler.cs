using System.Net;
using Polly;
using Polly.Retry;

namespace Sender;

/// <summary>
/// Repeats a request whose answer says "later", or that got none: the transaction may have been accepted, and a repeat
/// does no harm.
/// </summary>
internal sealed class RetryingHandler(TimeProvider clock) : DelegatingHandler
{
    // Longer than the service ever takes, so that the network and a proxy have time too.
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline =
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 20,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromMinutes(1),
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .HandleResult(answer => IsForLater(answer.StatusCode))
                    .Handle<HttpRequestException>()
                    .Handle<Polly.Timeout.TimeoutRejectedException>(),

                // Null leaves it to the backoff.
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.Headers.RetryAfter?.Delta),
            })
            .AddTimeout(AttemptTimeout)
            .Build();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(
            async token => await base.SendAsync(request, token), cancellationToken);

    private static bool IsForLater(HttpStatusCode status) =>
        (int)status is 408 or 425 or 429 or >= 500;
}
