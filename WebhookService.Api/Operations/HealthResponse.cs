using System.Text.Json.Serialization;

namespace WebhookService.Api.Operations;

/// <summary>Whether the service can keep its promise now.</summary>
/// <param name="Status">HEALTHY or UNHEALTHY.</param>
/// <param name="CurrentTime">The service's clock, UTC, whole seconds.</param>
/// <param name="Reason">Why it is unhealthy; absent otherwise.</param>
internal sealed record HealthResponse(
    string Status,
    string CurrentTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
