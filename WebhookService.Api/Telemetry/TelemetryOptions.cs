using System.ComponentModel.DataAnnotations;

namespace WebhookService.Api.Telemetry;

/// <summary>What is told to others about the service: section <c>Telemetry</c>.</summary>
/// <remarks>
/// Where it is sent, and how, is set by OpenTelemetry's own variables, such as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.
/// </remarks>
internal sealed class TelemetryOptions : IValidatableObject
{
    public const string Section = "Telemetry";

    /// <summary>
    /// Requests in a second whose trace is recorded, when traces are sent anywhere. A slow day is seen whole, and a
    /// storm costs no more than this.
    /// </summary>
    /// <value>Default 50. Not used when <c>OTEL_TRACES_SAMPLER</c> says otherwise.</value>
    [Range(0, 100_000)]
    public int TracesPerSecond { get; set; } = 50;

    /// <summary>Meters that are told of beside those of the service, the runtime and the web server.</summary>
    /// <value>Default none. <c>Microsoft.AspNetCore.Hosting</c> measures every request, at some cost to each.</value>
    public IList<string> MoreMeters { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MoreMeters.Any(string.IsNullOrWhiteSpace))
        {
            yield return new ValidationResult("Telemetry:MoreMeters must be names of meters.");
        }
    }
}
