using Microsoft.AspNetCore.Diagnostics;
using WebhookService.Domain;

namespace WebhookService.Api.Problems;

/// <summary>Answers exceptions, and statuses without a body, with a problem.</summary>
internal static class ProblemPages
{
    /// <summary>
    /// Answers 503 with Retry-After when the store cannot be read, never 404, which would be untrue; 500 for what is
    /// unexpected, which is also logged.
    /// </summary>
    public static void UseProblemsForExceptions(this IApplicationBuilder app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => context.Features.Get<IExceptionHandlerFeature>()?.Error switch
            {
                StoreUnavailableException exception => context.WriteUnavailableAsync(exception.Message),
                BadHttpRequestException exception => context.WriteProblemAsync(exception.StatusCode, exception.Message),
                _ => context.WriteProblemAsync(StatusCodes.Status500InternalServerError),
            },
            SuppressDiagnosticsCallback = handled =>
                handled.Exception is StoreUnavailableException or BadHttpRequestException,
        });

    /// <summary>Gives an error without a body, such as 404 and 405, its problem.</summary>
    public static void UseProblemsForStatuses(this IApplicationBuilder app) =>
        app.UseStatusCodePages(page => page.HttpContext.WriteProblemAsync(page.HttpContext.Response.StatusCode));
}
