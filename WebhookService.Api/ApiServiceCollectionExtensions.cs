using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebhookService.Api.Dashboard;
using WebhookService.Api.Hosting;
using WebhookService.Api.Http;
using WebhookService.Api.OnCall;
using WebhookService.Api.OpenApi;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Telemetry;
using WebhookService.Api.Transport;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api;

/// <summary>Registers the services of the HTTP API and builds its pipeline.</summary>
internal static class ApiServiceCollectionExtensions
{
    private const string Ready = "ready";

    public static IServiceCollection AddWebhookApi(this IServiceCollection services)
    {
        // Parameters come from the path and the query. MVC would prefer those of a form in the body, so that a body
        // could retry another transaction than the one in the path.
        services.AddMvcCore(mvc =>
        {
            mvc.ValueProviderFactories.Clear();
            mvc.ValueProviderFactories.Add(new RouteValueProviderFactory());
            mvc.ValueProviderFactories.Add(new QueryStringValueProviderFactory());
        }).AddApiExplorer().AddJsonOptions(json =>
            json.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);

        // Replaces the writers of MVC and the framework: this one writes every problem.
        services.AddProblemDetails().RemoveAll<IProblemDetailsWriter>()
            .AddSingleton<IProblemDetailsWriter, ProblemJsonWriter>();
        services.AddExceptionHandler<UnavailableExceptionHandler>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: [Ready]);
        services.AddValidOptions<HostingOptions>("Hosting");
        services.AddSingleton<Draining>().AddSingleton<IHostLifetime, SignalLifetime>();
        return services.AddSecurity().AddSourceWebhooks().AddApiDocument().AddSingleton<StatsStreams>()
            .AddSingleton<OperatorActions>().AddHostedService<FirstRequests>();
    }

    public static void UseWebhookApi(this WebApplication app)
    {
        app.UseInlineTransport();
        app.UseDraining();
        app.UseDeferredAnswers();
        app.UseExceptionHandler();
        app.UseStrictFraming();
        app.UseNoDotSegments();
        app.UseSecurity(ApiDocument.Path, DashboardPage.Path);
        app.UseWhen(QueryNames.AreChecked, asked => asked.UseQueryNames());

        // Only where they are needed: a webhook waits for its commit, and each layer it passed waits with it.
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>() is null,
            unanswered => unanswered.UseStatusCodePages());
        app.UseWhen(IsUnder(ApiDocument.Path), page => page.UseApiDocument());
        app.UseWhen(IsUnder(DashboardPage.Path), page => page.UseDashboard());
        app.MapControllers().AllowAnonymousWithoutKeys(app.Services);
        app.MapMetrics();
        app.Services.AnnounceSources();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).DisableRateLimiting();
        app.MapHealthChecks("/health/ready", new()
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = HealthText.WriteAsync,
        }).DisableRateLimiting();
    }

    private static Func<HttpContext, bool> IsUnder(string path) =>
        context => context.Request.Path.StartsWithSegments(path);
}
