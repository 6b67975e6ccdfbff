using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Posts transactions to <c>ExternalApi:Url</c>.</summary>
internal sealed class HttpExternalApi : IExternalApi, IDisposable
{
    // Most of an unread answer to drain, so that reusing its connection costs little.
    private const int MaxDrain = 65_536;
    private const int MaxHeaderKilobytes = 32;

    private readonly ExternalApiPipeline _pipeline;
    private readonly ExternalApiRequest _requests;
    private readonly ExternalApiAnswer _answers;
    private readonly ReadEvent _readEvent;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly Uri _url;
    private readonly CancellationToken _stopping;
    private readonly HttpClient _client;

    public HttpExternalApi(
        ExternalApiPipeline pipeline,
        ExternalApiRequest requests,
        ExternalApiAnswer answers,
        ReadEvent readEvent,
        IOptions<ExternalApiOptions> options,
        IHostApplicationLifetime lifetime,
        TimeProvider clock)
    {
        _pipeline = pipeline;
        _requests = requests;
        _answers = answers;
        _readEvent = readEvent;
        _clock = clock;
        _timeout = options.Value.Timeout;
        _url = new Uri(options.Value.Url);
        _stopping = lifetime.ApplicationStopping;

        // One client for all calls; its connections are replaced regularly, to follow changes in DNS.
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // The call has our span; the handler would add its own between that and the system.
            ActivityHeadersPropagator = null,
            MaxResponseDrainSize = MaxDrain,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
        })
        {
            // The pipeline's timeout applies.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async ValueTask<CallResult?> CallAsync(
        Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping);
        try
        {
            return await _pipeline.CallAsync(
                async timeout => mayBegin() && !waiting.IsCancellationRequested
                    ? await SendAsync(
                        transaction,
                        await _readEvent(transaction, cancellationToken).ConfigureAwait(false),
                        timeout,
                        cancellationToken).ConfigureAwait(false)
                    : null,
                waiting.Token,
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            _stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The call was still waiting for its turn at shutdown.
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <param name="transaction">The transaction to send.</param>
    /// <param name="received">The event it was mapped from; null for none.</param>
    /// <param name="timeout">Canceled at the timeout of the attempt, which is a result.</param>
    /// <param name="cutOff">Canceled at shutdown, which is no result.</param>
    private async Task<CallResult?> SendAsync(
        Transaction transaction, SourceEvent? received, CancellationToken timeout, CancellationToken cutOff)
    {
        using var span = WebhookTracing.StartCall(_url);
        using var request = _requests.Create(transaction, received);
        request.Headers.Add(WebhookTracing.Header, span.Id);
        var startedAt = _clock.GetUtcNow();
        var start = _clock.GetTimestamp();
        try
        {
            using var response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout)
                .ConfigureAwait(false);
            var outcome = ExternalApiAnswer.Classify(response.StatusCode);
            var detail = outcome == AttemptOutcome.Succeeded
                ? null
                : await _answers.DescribeAsync(response, timeout).ConfigureAwait(false);
            return Result(outcome, detail, (int)response.StatusCode, RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cutOff.IsCancellationRequested)
        {
            return Result(AttemptOutcome.Faulted, $"No answer within {_timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // A connection broken by the shutdown is not the system's fault.
            cutOff.ThrowIfCancellationRequested();
            return Result(AttemptOutcome.Faulted, _answers.Clean(StoreFault.Describe(exception)));
        }

        CallResult Result(AttemptOutcome outcome, string? detail, int? status = null, TimeSpan? retryAfter = null)
        {
            var attempt = new Attempt(
                startedAt,
                _clock.GetElapsedTime(start),
                outcome,
                status,
                detail is null ? null : Attempt.Shorten(detail));
            WebhookTracing.EndCall(span, attempt);
            return new CallResult(attempt, retryAfter);
        }
    }

    // RFC 9110, section 10.2.3: seconds, or a date.
    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };
}
