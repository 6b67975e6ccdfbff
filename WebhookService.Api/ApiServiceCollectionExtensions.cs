using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using WebhookService.Api.Documentation;
using WebhookService.Api.Errors;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure.Persistence;

namespace WebhookService.Api;

/// <summary>What the HTTP side is made of.</summary>
internal static class ApiServiceCollectionExtensions
{
    private const string Ready = "ready";

    // The web server counts the framing of chunks too, which is six bytes to one at worst. The exact limit is kept by
    // RequestBody; this one only ends a body that never does.
    private const long FramingFactor = 8;

    public static IServiceCollection AddWebhookApi(this IServiceCollection services)
    {
        // Before MVC adds its own: the first writer that can write a problem writes it, and this one always can.
        services.AddSingleton<IProblemDetailsWriter, ProblemJsonWriter>().AddProblemDetails();
        // No filters: MVC's own looks for faults of model binding, and each filter is one more layer that waits.
        services.AddMvcCore(mvc => mvc.Filters.Clear()).AddApiExplorer().AddJsonOptions(json =>
            json.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        services.AddExceptionHandler<UnavailableExceptionHandler>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: [Ready]);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<IntakeOptions>>((kestrel, intake) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = intake.Value.MaxBodySize * FramingFactor;
        });
        return services.AddApiDocument();
    }

    public static void UseWebhookApi(this WebApplication app)
    {
        app.UseDeferredAnswers();
        app.UsePoolForWhatMayBlock();
        app.UseExceptionHandler();

        // Only where they have something to do: a webhook waits for its commit, and each layer it passed waits with it.
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>() is null,
            unanswered => unanswered.UseStatusCodePages());
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/swagger"),
            page => page.UseSwagger().UseSwaggerUI(ApiDocument.ConfigurePage));
        app.MapControllers();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new()
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = HealthText.WriteAsync,
        });
    }
}
