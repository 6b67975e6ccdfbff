using Microsoft.AspNetCore.Diagnostics;
using WebhookService.Domain;

namespace WebhookService.Api.Problems;

/// <summary>
/// Answers a store that cannot be read with 503 and Retry-After; never with 404, which would be a lie.
/// </summary>
internal sealed class UnavailableExceptionHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case StoreUnavailableException:
                await httpContext.WriteUnavailableAsync(exception.Message);
                return true;
            case BadHttpRequestException badRequest:
                await httpContext.WriteProblemAsync(badRequest.StatusCode, badRequest.Message);
                return true;
            default:
                return false;
        }
    }
}
