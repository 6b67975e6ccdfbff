using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WebhookService.Api.Security;
using WebhookService.Infrastructure;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Api.Telemetry;

/// <summary>Hands metrics, traces and logs to whoever collects them: OpenTelemetry and Prometheus.</summary>
/// <remarks>
/// Metrics stand at /metrics, always. Each of the three is sent by OTLP when a variable says where to; without one
/// nothing is recorded for it. See docs/decisions/0019-telemetry.md.
/// </remarks>
internal static class TelemetryExport
{
    private const string Path = "/metrics";
    private const string ServiceName = "webhook-service";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] UsualMeters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    public static void AddTelemetryExport(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidOptions<TelemetryOptions>("Telemetry");
        if (!IsOn(builder.Configuration))
        {
            return;
        }

        var options = builder.Configuration.GetSection("Telemetry").Get<TelemetryOptions>() ?? new TelemetryOptions();
        var version = typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: version))
            .WithMetrics(metrics => AddMetrics(metrics, options, IsSent(builder.Configuration, "METRICS")));
        if (IsSent(builder.Configuration, "TRACES"))
        {
            telemetry.WithTracing(traces => AddTraces(traces, builder.Configuration, options));
        }

        if (IsSent(builder.Configuration, "LOGS"))
        {
            telemetry.WithLogging(logs => logs.AddOtlpExporter());
        }
    }

    /// <summary>Serves /metrics to readers.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (IsOn(app.Configuration))
        {
            // Made now, so that its instruments are there when the first collector asks.
            app.Services.GetRequiredService<WebhookGauges>();
            app.MapPrometheusScrapingEndpoint(Path)
                .RequireAuthorization(Access.Read)
                .LeaveOpenWhatHasNoKey(app.Services);
            app.Services.GetRequiredService<WebhookMetrics>().StartAtZero();
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options, bool isSent)
    {
        metrics.AddMeter([WebhookMetrics.MeterName, .. UsualMeters, .. options.MoreMeters]).AddPrometheusExporter();
        if (isSent)
        {
            metrics.AddOtlpExporter();
        }
    }

    private static void AddTraces(
        TracerProviderBuilder traces, ConfigurationManager configuration, TelemetryOptions options)
    {
        traces.AddAspNetCoreInstrumentation().AddSource(WebhookTracing.SourceName).AddOtlpExporter();
        if (string.IsNullOrEmpty(configuration["OTEL_TRACES_SAMPLER"]))
        {
            traces.SetSampler(provider => new TraceSampler(
                options.TracesPerSecond, provider.GetRequiredService<TimeProvider>()));
        }
    }

    // https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    private static bool IsOn(IConfiguration configuration) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsSent(ConfigurationManager configuration, string signal) =>
        !string.IsNullOrEmpty(configuration[Endpoint])
        || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
}
