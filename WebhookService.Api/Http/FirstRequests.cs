using Microsoft.AspNetCore.Mvc.Controllers;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Api.Http;

/// <summary>Runs the most frequent reads once after the start, as an operator's first requests would.</summary>
/// <remarks>
/// The first request of each kind compiles its action and its answer, which takes tenths of a second. It begins after
/// <see cref="FirstReads"/>, so that webhooks that waited for the start are served first, and the service is ready
/// without it.
/// </remarks>
internal sealed class FirstRequests(
    FirstReads reads, EndpointDataSource endpoints, IServiceScopeFactory scopes) : BackgroundService
{
    private static readonly string[] Names =
        ["getTransaction", "listTransactions", "getStats", "listFailures", "listAudit"];

    // No sender can use this id, so nothing is found.
    private static readonly RouteValueDictionary Nothing = new() { ["transactionId"] = "." };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await reads.Done.WaitAsync(stoppingToken);
            foreach (var endpoint in endpoints.Endpoints.Where(IsFrequent))
            {
                await RunAsync(endpoint, stoppingToken);
            }
        }
        catch (Exception)
        {
            // A stop, or a fault that a caller's own request will report.
        }
    }

    private static bool IsFrequent(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.AttributeRouteInfo?.Name is { } name
        && Names.Contains(name);

    // The action alone, without the layers around it: nothing of this is authorized, counted or logged.
    private async Task RunAsync(Endpoint endpoint, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            RequestAborted = stoppingToken,
            Request = { Method = HttpMethods.Get, RouteValues = new RouteValueDictionary(Nothing) },
        };
        context.SetEndpoint(endpoint);
        await endpoint.RequestDelegate!(context);
        await context.WriteDeferredAsync();
    }
}
