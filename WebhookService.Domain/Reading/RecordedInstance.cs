namespace WebhookService.Domain.Reading;

/// <summary>An instance of the service as the store knows it.</summary>
/// <param name="InstanceId">Its number; a later start has a higher one.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="HeartbeatAt">When it last wrote its heartbeat.</param>
/// <param name="ExpiresAt">
/// When other instances may take over its claims, on the store's clock; null where a store belongs to one instance.
/// </param>
/// <param name="IsSelf">Whether it is the instance that answers.</param>
/// <param name="IsAlive">Whether its lease is still valid, on the store's clock.</param>
internal sealed record RecordedInstance(
    long InstanceId,
    DateTimeOffset StartedAt,
    DateTimeOffset HeartbeatAt,
    DateTimeOffset? ExpiresAt,
    bool IsSelf,
    bool IsAlive);
