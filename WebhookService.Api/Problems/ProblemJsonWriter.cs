using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace WebhookService.Api.Problems;

/// <summary>
/// The only writer of problems. The framework's own writes none when Accept does not name JSON.
/// </summary>
internal sealed class ProblemJsonWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var problem = context.ProblemDetails;
        var status = problem.Status ??= http.Response.StatusCode;
        problem.Type ??= $"https://www.rfc-editor.org/rfc/rfc9110#status.{status}";
        problem.Title = ReasonPhrases.GetReasonPhrase(status);
        problem.Detail ??= Describe(status);
        problem.Extensions["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier;
        await http.Response.WriteAsJsonAsync(
            problem,
            problem.GetType(),
            (JsonSerializerOptions?)null,
            "application/problem+json",
            CancellationToken.None);
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
