using OpenTelemetry;
using OpenTelemetry.Metrics;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Telemetry;

/// <summary>The metrics export, built in parallel with the start.</summary>
/// <remarks>
/// It has its own builder: as an ordinary service it would block every other service while it is built, since only one
/// thread at a time creates services.
/// </remarks>
internal sealed class MetricsExport : IDisposable
{
    private static readonly string[] UsualMeters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly Lazy<MeterProvider> _provider;

    /// <summary>Begins to build it on another thread.</summary>
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
                throw new SettingException($"An OTEL_… variable is invalid: {reason}");
            }
        });
        Task.Run(() => _provider.Value);
    }

    /// <summary>The provider; waits until it is built.</summary>
    /// <exception cref="SettingException">Its settings are invalid.</exception>
    public MeterProvider Provider => _provider.Value;

    /// <summary>Sends the pending metrics.</summary>
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
