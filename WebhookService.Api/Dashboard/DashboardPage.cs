using Microsoft.Extensions.FileProviders;

namespace WebhookService.Api.Dashboard;

/// <summary>The operators' page at /dashboard: files only, which hold no data and are open to all.</summary>
internal static class DashboardPage
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/dashboard";

    /// <summary>Serves the page and what belongs to it.</summary>
    public static void UseDashboard(this IApplicationBuilder app) => app.UseFileServer(new FileServerOptions
    {
        FileProvider = new EmbeddedFileProvider(
            typeof(DashboardPage).Assembly, $"{typeof(DashboardPage).Namespace}.Assets"),
        RequestPath = Path,

        // A browser asks whether its copy is still the one of this build.
        StaticFileOptions = { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache" },
    });
}
