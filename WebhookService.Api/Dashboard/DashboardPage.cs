using Microsoft.Extensions.FileProviders;

namespace WebhookService.Api.Dashboard;

/// <summary>The dashboard at /dashboard: static files, which hold no data and need no key.</summary>
internal static class DashboardPage
{
    /// <summary>The path of the dashboard.</summary>
    public const string Path = "/dashboard";

    /// <summary>Serves the dashboard's files.</summary>
    public static void UseDashboard(this IApplicationBuilder app) => app.UseFileServer(new FileServerOptions
    {
        FileProvider = new EmbeddedFileProvider(
            typeof(DashboardPage).Assembly, $"{typeof(DashboardPage).Namespace}.Assets"),
        RequestPath = Path,

        // A browser revalidates its copy, so that a new build replaces it.
        StaticFileOptions = { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache" },
    });
}
