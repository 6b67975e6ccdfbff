using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebhookService.Api.Dashboard;
using WebhookService.Api.Hosting;
using WebhookService.Api.Http;
using WebhookService.Api.OnCall;
using WebhookService.Api.OpenApi;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api;

/// <summary>Registers the services of the HTTP API.</summary>
internal static class ApiServiceCollectionExtensions
{
    /// <summary>The tag of the checks that decide whether an instance is ready.</summary>
    public const string Ready = "ready";

    // Time for a shutdown besides the grace period: requests in flight end, claims are released, the store is closed.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(15);

    /// <summary>Adds what every application with this service needs.</summary>
    public static IServiceCollection AddWebhookApi(this IServiceCollection services)
    {
        services.AddControllers(isWholeService: false);
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: [Ready]);
        services.AddValidOptions<HostingOptions>("Hosting");
        services.AddOptions<HostOptions>().Configure<IOptions<ProcessingOptions>>((host, processing) =>
            host.ShutdownTimeout = Later(host.ShutdownTimeout, processing.Value.ShutdownGrace + StopMargin));
        return services.AddSingleton<Draining>()
            .AddSecurity()
            .AddSourceWebhooks()
            .AddSingleton<StatsStreams>()
            .AddSingleton<OperatorActions>()
            .AddHostedService<FirstRequests>();
    }

    /// <summary>Adds what belongs to a process that is this service alone: its sockets, signals and document.</summary>
    public static IServiceCollection AddWholeService(this IServiceCollection services) => services
        .AddControllers(isWholeService: true)
        .AddSingleton<IConfigureOptions<HostOptions>>(provider => new ConfigureOptions<HostOptions>(host =>
            host.ShutdownTimeout =
                provider.GetRequiredService<IOptions<ProcessingOptions>>().Value.ShutdownGrace + StopMargin))
        // Swashbuckle takes the names of members from here.
        .Configure<JsonOptions>(json =>
            json.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower)
        .AddConnectionLimits()
        .AddSingleton<IHostLifetime, SignalLifetime>()
        .AddApiDocument();

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static IServiceCollection AddControllers(this IServiceCollection services, bool isWholeService)
    {
        var controllers = new ServiceControllers(isWholeService);
        services.AddMvcCore(mvc => mvc.Conventions.Add(controllers))
            .AddApiExplorer()
            .ConfigureApplicationPartManager(parts => parts.FeatureProviders.Add(controllers));
        return services;
    }
}
