using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>
/// Posts alerts, signed as Standard Webhooks specifies. It never logs the address, which may be secret.
/// </summary>
internal sealed partial class AlertClient
{
    /// <summary>The name of its HTTP client.</summary>
    public const string Name = "alerts";

    // For the queries and commits around a delivery.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly IHttpClientFactory _clients;
    private readonly AlertOptions _options;
    private readonly WebhookMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly byte[][] _keys;
    private readonly ResiliencePipeline<Outcome> _attempts;
    private bool _isFailing;

    public AlertClient(
        IHttpClientFactory clients,
        IOptions<AlertOptions> options,
        WebhookMetrics metrics,
        TimeProvider clock,
        ILogger<AlertClient> logger)
    {
        _clients = clients;
        _options = options.Value;
        _metrics = metrics;
        _clock = clock;
        _logger = logger;
        _keys = WebhookSignature.TryReadSecret(_options.Secret, out var key) ? [key] : [];
        _attempts = CreateAttempts();
        var waits = _options.BackoffBase * ((1 << (_options.MaxAttempts - 1)) - 1);
        LongestDelivery = (_options.Timeout * _options.MaxAttempts) + waits + Margin;
    }

    /// <summary>The time after which a delivery is certainly over.</summary>
    public TimeSpan LongestDelivery { get; }

    /// <summary>Makes the counters of a kind known; see <see cref="WebhookMetrics.StartAtZero"/>.</summary>
    public void StartAtZero(string kind)
    {
        _metrics.Alerted(kind, isDelivered: true, 0);
        _metrics.Alerted(kind, isDelivered: false, 0);
    }

    /// <summary>Posts a message, at most <c>Alerts:MaxAttempts</c> times; returns whether it was accepted.</summary>
    /// <remarks>A receiver that gets it twice recognises it by its id.</remarks>
    public async Task<bool> DeliverAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var id = $"msg_{Guid.NewGuid():N}";
        var body = message.Serialize(_clock.GetUtcNow());
        var outcome = await _attempts.ExecuteAsync(
            static (post, token) => post.client.PostAsync(post.id, post.body, token),
            (client: this, id, body),
            cancellationToken).ConfigureAwait(false);
        var isDelivered = outcome.Fault is null;
        _metrics.Alerted(message.Kind, isDelivered);
        Note(message.Kind, outcome.Fault);
        return isDelivered;
    }

    private async ValueTask<Outcome> PostAsync(string id, byte[] body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = Create(id, body);
        using var client = _clients.CreateClient(Name);
        try
        {
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return response.IsSuccessStatusCode
                ? new Outcome(null, false)
                : new Outcome($"It was answered with {status}.", status is 408 or 425 or 429 or >= 500);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Outcome($"No answer within {_options.Timeout.TotalSeconds:0.###} s.", true);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new Outcome(StoreFault.Describe(exception), true);
        }
    }

    private HttpRequestMessage Create(string id, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("webhook-service");
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (_keys.Length > 0)
        {
            request.Headers.Add("webhook-signature", WebhookSignature.Sign(_keys, id, now, body));
        }

        return request;
    }

    private ResiliencePipeline<Outcome> CreateAttempts()
    {
        var pipeline = new ResiliencePipelineBuilder<Outcome> { TimeProvider = _clock };
        if (_options.MaxAttempts > 1)
        {
            pipeline.AddRetry(new RetryStrategyOptions<Outcome>
            {
                MaxRetryAttempts = _options.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = _options.BackoffBase,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayRetry: true }),
            });
        }

        return pipeline.Build();
    }

    // A lasting fault is logged once, not once a minute.
    private void Note(string kind, string? fault)
    {
        if (fault is not null && !_isFailing)
        {
            Log.NotDelivered(_logger, kind, fault);
        }
        else if (fault is null && _isFailing)
        {
            Log.Delivered(_logger, kind);
        }

        _isFailing = fault is not null;
    }

    /// <summary>The result of one attempt.</summary>
    /// <param name="Fault">Why it failed; null if it did not.</param>
    /// <param name="MayRetry">Whether another attempt may succeed soon.</param>
    private sealed record Outcome(string? Fault, bool MayRetry);

    private static partial class Log
    {
        [LoggerMessage(120, LogLevel.Warning,
            "The alert {Kind} was not accepted at Alerts__Url; it is tried again, and further faults are only counted. "
            + "{Fault}")]
        public static partial void NotDelivered(ILogger logger, string kind, string fault);

        [LoggerMessage(121, LogLevel.Information, "Alerts are accepted again; the first is {Kind}.")]
        public static partial void Delivered(ILogger logger, string kind);
    }
}
