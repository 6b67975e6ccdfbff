using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Posts transactions to <c>ExternalApi:Url</c>.</summary>
internal sealed class HttpExternalApi : IExternalApi, IDisposable
{
    // What is not read of an answer: a little to use the connection again, and no more.
    private const int MaxDrain = 65_536;
    private const int MaxHeaderKilobytes = 32;

    private readonly ExternalApiPipeline _pipeline;
    private readonly ExternalApiRequest _requests;
    private readonly ExternalApiAnswer _answers;
    private readonly StorePipeline _store;
    private readonly ITransactionReader _reader;
    private readonly InstanceLease _lease;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly Uri _url;
    private readonly CancellationToken _stopping;
    private readonly HttpClient _client;

    public HttpExternalApi(
        ExternalApiPipeline pipeline,
        ExternalApiRequest requests,
        ExternalApiAnswer answers,
        StorePipeline store,
        ITransactionReader reader,
        InstanceLease lease,
        IOptions<ExternalApiOptions> options,
        IHostApplicationLifetime lifetime,
        TimeProvider clock)
    {
        _pipeline = pipeline;
        _requests = requests;
        _answers = answers;
        _store = store;
        _reader = reader;
        _lease = lease;
        _clock = clock;
        _timeout = options.Value.Timeout;
        _url = new Uri(options.Value.Url);
        _stopping = lifetime.ApplicationStopping;

        // One client for all, whose connections are made anew now and then to follow the address of the name.
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // Ours is the span of the call; the handler would put one of its own between that and the system.
            ActivityHeadersPropagator = null,
            MaxResponseDrainSize = MaxDrain,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
        })
        {
            // The pipeline's own is the one that counts.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<CallResult?> CallAsync(string transactionId, CancellationToken cancellationToken)
    {
        // Before any wait: the claim is held now, and a lease that is lost while this waits may end it.
        var losses = _lease.Losses;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping);
        try
        {
            return await _pipeline.WithPlaceAsync(
                token => CallAsync(transactionId, losses, token, cancellationToken), waiting.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            _stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It waited for its turn when the stop came.
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<CallResult?> CallAsync(
        string transactionId, int losses, CancellationToken waiting, CancellationToken cancellationToken)
    {
        var transaction = await _store.ExecuteAsync(token => _reader.FindAsync(transactionId, token), waiting)
            .ConfigureAwait(false);
        if (transaction is not { Status: TransactionStatus.Processing })
        {
            return null;
        }

        return await _pipeline.CallAsync(
            async token =>
            {
                // It may have waited for long, and another instance may be done with it.
                waiting.ThrowIfCancellationRequested();
                return _lease.IsHeld && _lease.Losses == losses
                    ? await SendAsync(transaction, token, cancellationToken).ConfigureAwait(false)
                    : null;
            },
            waiting,
            cancellationToken).ConfigureAwait(false);
    }

    /// <param name="transaction">What is sent.</param>
    /// <param name="timeout">Ends with the timeout of the attempt, which is a result.</param>
    /// <param name="cutOff">Ends at a stop, of which nothing follows.</param>
    private async Task<CallResult?> SendAsync(
        Transaction transaction, CancellationToken timeout, CancellationToken cutOff)
    {
        using var span = WebhookTracing.StartCall(_url);
        using var request = _requests.Create(transaction);
        request.Headers.Add(WebhookTracing.Header, span.Id);
        var earlier = transaction.Attempts - transaction.EarlierAttempts;
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
            // A connection that the stop broke is nothing that the system did.
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
            return new CallResult(attempt, earlier, retryAfter);
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
