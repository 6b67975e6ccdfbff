using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Handling;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Posts transactions to <c>ExternalApi:Url</c>.</summary>
internal sealed class HttpTransactionHandler(
    IHttpClientFactory clients,
    ExternalApiRequest requests,
    ExternalApiAnswer answers,
    IOptions<ExternalApiOptions> options,
    TimeProvider clock) : ITransactionHandler
{
    // Most of an unread answer to drain, so that reusing its connection costs little.
    private const int MaxDrain = 65_536;
    private const int MaxHeaderKilobytes = 32;

    private readonly Uri _url = new(options.Value.Url);

    /// <summary>The connections of all calls; they are replaced regularly, to follow changes in DNS.</summary>
    public static SocketsHttpHandler CreateConnections() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        // The call has our span; the handler would add its own between that and the system.
        ActivityHeadersPropagator = null,
        MaxResponseDrainSize = MaxDrain,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
    };

    public async ValueTask<HandlerResult> HandleAsync(
        TransactionHandlerContext context, CancellationToken cancellationToken)
    {
        using var span = WebhookTracing.StartCall(_url);
        using var client = clients.CreateClient(ExternalApiHttpClient.Name);
        using var request = requests.Create(context.Transaction, context.Event);
        request.Headers.Add(WebhookTracing.Header, span.Id);
        try
        {
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            return WebhookTracing.EndCall(span, await ReadAsync(response, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // A connection broken by the timeout or the shutdown is not the system's fault.
            cancellationToken.ThrowIfCancellationRequested();
            return WebhookTracing.EndCall(span, HandlerResult.Again(answers.Clean(StoreFault.Describe(exception))));
        }
        catch (OperationCanceledException)
        {
            WebhookTracing.CutOffCall(span);
            throw;
        }
    }

    private async Task<HandlerResult> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var result = ExternalApiAnswer.Classify(response.StatusCode) switch
        {
            AttemptOutcome.Succeeded => HandlerResult.Processed,
            AttemptOutcome.Faulted => HandlerResult.Again(
                await answers.DescribeAsync(response, cancellationToken).ConfigureAwait(false), RetryAfter(response)),
            _ => HandlerResult.Failed(await answers.DescribeAsync(response, cancellationToken).ConfigureAwait(false)),
        };
        return result with { HttpStatus = (int)response.StatusCode };
    }

    // RFC 9110, section 10.2.3: seconds, or a date.
    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };
}
