using WebhookService.Api.Transport;

namespace WebhookService.Api.Security;

/// <summary>Tells browsers to trust an answer with nothing, and a page with its own files only.</summary>
/// <remarks>Not on the webhook: no browser reads its answer, and each header is written for each of them.</remarks>
internal static class SecurityHeaders
{
    private const string Answer = "default-src 'none'; frame-ancestors 'none'";
    private const string Page =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Sets them before anything is written.</summary>
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
