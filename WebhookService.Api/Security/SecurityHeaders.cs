using WebhookService.Api.Http;

namespace WebhookService.Api.Security;

/// <summary>Lets browsers load nothing for an answer, and only the service's own files for a page.</summary>
/// <remarks>Not on webhooks: no browser reads their answers, and each header adds to every one of them.</remarks>
internal static class SecurityHeaders
{
    private const string Answer = "default-src 'none'; frame-ancestors 'none'";
    private const string Page =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers before the answer is written.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="pages">The paths below which pages are served.</param>
    public static void UseSecurityHeaders(this IApplicationBuilder app, PathString[] pages)
    {
        app.Use(next => context =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<NeverBlocksAttribute>() is null)
            {
                var path = context.Request.Path;
                Set(context.Response.Headers, Array.Exists(pages, page => path.StartsWithSegments(page)));
            }

            return next(context);
        });
    }

    private static void Set(IHeaderDictionary headers, bool isPage)
    {
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = isPage ? Page : Answer;
        if (!isPage)
        {
            headers.CacheControl = "no-store";
        }
    }
}
