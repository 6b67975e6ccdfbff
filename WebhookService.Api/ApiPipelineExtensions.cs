using Microsoft.AspNetCore.Mvc.Controllers;
using WebhookService.Api.Dashboard;
using WebhookService.Api.Hosting;
using WebhookService.Api.Http;
using WebhookService.Api.OpenApi;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Sources;
using WebhookService.Api.Telemetry;
using WebhookService.Api.Transport;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api;

/// <summary>Builds the pipeline: of a process that is this service alone, or within another application's.</summary>
internal static class ApiPipelineExtensions
{
    /// <summary>Binds and checks the settings.</summary>
    /// <exception cref="Exception">One that <see cref="StartFailure"/> explains.</exception>
    public static void CheckSettings(this WebApplication app)
    {
        app.Services.ValidateOptions();
        app.Services.GetRequiredService<SourceCatalog>();
    }

    /// <summary>
    /// Checks that access is as intended, and begins to open the database while the pipeline is built.
    /// </summary>
    /// <inheritdoc cref="CheckSettings" path="/exception"/>
    public static void BeginToServe(this WebApplication app)
    {
        app.Services.GetRequiredService<AnonymousAccess>().Check();
        app.Services.CheckSources();
        app.Services.BeginToOpenDatabase();
    }

    /// <summary>The pipeline of the service alone: it answers every request.</summary>
    public static void UseWholeService(this WebApplication app)
    {
        app.UseInlineTransport();
        app.UseDraining();
        app.UseDeferredAnswers();
        app.UseGuards(ApiDocument.Path, DashboardPage.Path);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseWhen(QueryNames.AreChecked, asked => asked.UseQueryNames());

        // Only where they are needed: a webhook waits for its commit, and each layer it passed waits with it.
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>() is null,
            unanswered => unanswered.UseProblemsForStatuses());
        app.UseWhen(IsUnder(ApiDocument.Path), page => page.UseApiDocument());
        app.UseWhen(IsUnder(DashboardPage.Path), page => page.UseDashboard());
        app.MapOwnControllers();
        app.MapMetrics();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).DisableRateLimiting();
        app.MapHealthChecks("/health/ready", new()
        {
            Predicate = check => check.Tags.Contains(ApiServiceCollectionExtensions.Ready),
            ResponseWriter = HealthText.WriteAsync,
        }).DisableRateLimiting();
    }

    /// <summary>The pipeline within another application: it leaves that one's own requests alone.</summary>
    public static void UseWithinApplication(this WebApplication app)
    {
        app.UseDeferredAnswers();
        app.UseWhen(
            context => ServiceControllers.Answer(context) || IsUnder(DashboardPage.Path)(context),
            own => own.UseGuards(DashboardPage.Path));
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseWhen(
            context => ServiceControllers.Answer(context) && QueryNames.AreChecked(context),
            asked => asked.UseQueryNames());
        app.UseWhen(IsUnder(DashboardPage.Path), page => page.UseDashboard());
        app.MapOwnControllers();
    }

    private static void UseGuards(this IApplicationBuilder app, params PathString[] pages)
    {
        app.UseProblemsForExceptions();
        app.UseStrictFraming();
        app.UseNoDotSegments();
        app.UseCallerLimits(pages);
    }

    private static void MapOwnControllers(this WebApplication app)
    {
        app.MapControllers().AllowAnonymousWithoutKeys(app.Services);
        app.Services.AnnounceSources();
    }

    private static Func<HttpContext, bool> IsUnder(string path) =>
        context => context.Request.Path.StartsWithSegments(path);
}
