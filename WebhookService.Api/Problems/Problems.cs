using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

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
        problem.Type = $"https://www.rfc-editor.org/rfc/rfc9110#status.{status}";
        problem.Title = ReasonPhrases.GetReasonPhrase(status);
        problem.Detail = detail ?? Describe(status);
        problem.Extensions["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier;
        context.Response.StatusCode = status;

        // The framework's own writer writes nothing when Accept does not name JSON.
        return context.Response.WriteAsJsonAsync(
            problem, problem.GetType(), JsonSerializerOptions.Web, "application/problem+json", CancellationToken.None);
    }

    public static Task WriteTooLargeAsync(this HttpContext context, int maxSize) =>
        context.WriteProblemAsync(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {maxSize} bytes.");

    /// <summary>503 with Retry-After: nothing was accepted, and the client should retry.</summary>
    public static Task WriteUnavailableAsync(this HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return context.WriteProblemAsync(StatusCodes.Status503ServiceUnavailable, detail);
    }

    private static string Describe(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed =>
            "This address does not support this method; the Allow header lists those it supports.",
        StatusCodes.Status500InternalServerError =>
            "An unexpected error occurred. It is logged under the traceId.",
        _ => "The request was refused.",
    };
}
