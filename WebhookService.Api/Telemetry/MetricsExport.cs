using OpenTelemetry;
using OpenTelemetry.Metrics;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Telemetry;

/// <summary>The metrics as others read them, put together beside the start.</summary>
/// <remarks>
/// By a builder of its own: made as a service like others, it would hold up whoever asks for any of those meanwhile,
/// since only one thread at a time makes services.
/// </remarks>
internal sealed class MetricsExport : IDisposable
{
    private static readonly string[] UsualMeters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly Lazy<MeterProvider> _provider;

    /// <summary>Begins to make it, on another thread.</summary>
    public MetricsExport(IConfiguration configuration)
    {
        _provider = new Lazy<MeterProvider>(() =>
        {
            try
            {
                return Make(configuration);
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException)
            {
                var reason = exception.Message.ReplaceLineEndings(" ");
                throw new SettingException($"A variable OTEL_… is not as it must be: {reason}");
            }
        });
        Task.Run(() => _provider.Value);
    }

    /// <summary>What collects them; waits for it.</summary>
    /// <exception cref="SettingException">It cannot be made as it is set.</exception>
    public MeterProvider Provider => _provider.Value;

    /// <summary>Sends what has not been sent.</summary>
    public void Dispose() => Provider.Dispose();

    private static MeterProvider Make(IConfiguration configuration)
    {
        var options = new TelemetryOptions();
        configuration.GetSection(TelemetryOptions.Section).Bind(options);
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(TelemetryExport.Describe)
            .AddMeter([WebhookMetrics.MeterName, .. UsualMeters, .. options.MoreMeters])
            .AddPrometheusExporter();
        if (TelemetryExport.IsSent(configuration, "METRICS"))
        {
            metrics.AddOtlpExporter();
        }

        return metrics.Build();
    }
}
