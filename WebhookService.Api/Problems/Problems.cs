using Microsoft.AspNetCore.Mvc;

namespace WebhookService.Api.Problems;

/// <summary>
/// Writes every error as RFC 9457 <c>application/problem+json</c>, whatever the request accepts.
/// </summary>
internal static class Problems
{
    public static Task WriteProblemAsync(
        this HttpContext context, int status, string? detail = null, IDictionary<string, string[]>? errors = null)
    {
        var problem = errors is null ? new ProblemDetails() : new HttpValidationProblemDetails(errors);
        problem.Status = status;
        problem.Detail = detail;
        context.Response.StatusCode = status;
        return context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem })
            .AsTask();
    }

    public static Task WriteTooLargeAsync(this HttpContext context, int maxSize) =>
        context.WriteProblemAsync(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {maxSize} bytes.");

    /// <summary>503 with Retry-After: nothing was accepted, and the client should retry.</summary>
    public static Task WriteUnavailableAsync(this HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return context.WriteProblemAsync(StatusCodes.Status503ServiceUnavailable, detail);
    }
}
