using System.ComponentModel.DataAnnotations;

namespace WebhookService.Api.Telemetry;

/// <summary>Options for exported telemetry: section <c>Telemetry</c>.</summary>
/// <remarks>
/// OpenTelemetry's own variables, such as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, set where and how it is sent.
/// </remarks>
internal sealed class TelemetryOptions : IValidatableObject
{
    public const string Section = "Telemetry";

    /// <summary>
    /// Maximum number of requests per second whose trace is recorded, when traces are exported. Light traffic is traced
    /// completely, and a peak costs no more than this.
    /// </summary>
    /// <value>Default 50. Ignored when <c>OTEL_TRACES_SAMPLER</c> is set.</value>
    [Range(0, 100_000)]
    public int TracesPerSecond { get; set; } = 50;

    /// <summary>Meters to export in addition to those of the service, the runtime and the web server.</summary>
    /// <value>Default none. <c>Microsoft.AspNetCore.Hosting</c> measures every request, at some cost to each.</value>
    public IList<string> MoreMeters { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MoreMeters.Any(string.IsNullOrWhiteSpace))
        {
            yield return new ValidationResult("Telemetry__MoreMeters must contain names of meters.");
        }
    }
}
