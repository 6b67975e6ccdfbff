using Microsoft.AspNetCore.Diagnostics;
using WebhookService.Domain;

namespace WebhookService.Api.Problems;

/// <summary>
/// Answers 503 with Retry-After when the store cannot be read; never 404, which would be untrue.
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
