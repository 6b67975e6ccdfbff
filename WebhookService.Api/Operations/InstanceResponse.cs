using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Operations;

/// <summary>An instance of the service.</summary>
/// <param name="Id">Its number; a later start has a higher one.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="HeartbeatAt">When it last wrote its heartbeat, UTC.</param>
/// <param name="ExpiresAt">When other instances may take over its claims, UTC; null where none can.</param>
/// <param name="IsSelf">Whether it is the instance that answers.</param>
/// <param name="Alive">Whether its lease is still valid.</param>
internal sealed record InstanceResponse(
    long Id,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset StartedAt,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset HeartbeatAt,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? ExpiresAt,
    bool IsSelf,
    bool Alive)
{
    public static InstanceResponse From(RecordedInstance recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return new InstanceResponse(
            recorded.InstanceId,
            recorded.StartedAt,
            recorded.HeartbeatAt,
            recorded.ExpiresAt,
            recorded.IsSelf,
            recorded.IsAlive);
    }
}
