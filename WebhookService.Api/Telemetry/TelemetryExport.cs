using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Settings;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Telemetry;

/// <summary>Exports metrics, traces and logs to OpenTelemetry and Prometheus.</summary>
/// <remarks>
/// Metrics are at /metrics unless OpenTelemetry is off. Each of the three is sent by OTLP when a variable names its
/// endpoint; without one, nothing is recorded for it. See docs/decisions/0019-telemetry.md.
/// </remarks>
internal static class TelemetryExport
{
    private const string Path = "/metrics";
    private const string ServiceName = "webhook-service";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetryExport(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidOptions<TelemetryOptions>(TelemetryOptions.Section);
        if (!IsOn(builder.Configuration))
        {
            return;
        }

        var metrics = new MetricsExport(builder.Configuration);
        builder.Services.AddSingleton(_ => metrics)
            .AddSingleton(provider => provider.GetRequiredService<MetricsExport>().Provider);
        if (IsSent(builder.Configuration, "TRACES"))
        {
            builder.Services.AddOpenTelemetry().ConfigureResource(Describe)
                .WithTracing(traces => AddTraces(traces, builder.Configuration));
        }

        if (IsSent(builder.Configuration, "LOGS"))
        {
            builder.Services.AddOpenTelemetry().ConfigureResource(Describe)
                .WithLogging(logs => logs.AddOtlpExporter());
        }
    }

    /// <summary>Serves /metrics to readers.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (IsOn(app.Configuration))
        {
            // Created now, so that its instruments exist at the first scrape.
            app.Services.GetRequiredService<WebhookGauges>();
            app.MapPrometheusScrapingEndpoint(Path)
                .RequireAuthorization(Access.Read)
                .AllowAnonymousWithoutKeys(app.Services);
            app.Services.GetRequiredService<WebhookMetrics>().StartAtZero();
        }
    }

    /// <summary>Describes the sender.</summary>
    public static void Describe(ResourceBuilder resource) => resource.AddService(
        ServiceName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3));

    /// <summary>Whether METRICS, TRACES or LOGS are sent by OTLP.</summary>
    public static bool IsSent(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration[Endpoint])
        || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    private static void AddTraces(TracerProviderBuilder traces, ConfigurationManager configuration)
    {
        traces.AddAspNetCoreInstrumentation().AddSource(WebhookTracing.SourceName).AddOtlpExporter();
        if (string.IsNullOrEmpty(configuration["OTEL_TRACES_SAMPLER"]))
        {
            traces.SetSampler(provider => new TraceSampler(
                provider.GetRequiredService<IOptions<TelemetryOptions>>().Value.TracesPerSecond,
                provider.GetRequiredService<TimeProvider>()));
        }
    }

    // https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    private static bool IsOn(IConfiguration configuration) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase);
}
