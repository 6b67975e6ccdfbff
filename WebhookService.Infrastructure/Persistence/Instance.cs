namespace WebhookService.Infrastructure.Persistence;

/// <summary>A running process that may hold claims. Its heartbeat is the durable write that health checks ask for.</summary>
internal sealed class Instance
{
    /// <summary>The id of this process start: a fresh GUID, 32 hexadecimal digits.</summary>
    public required string InstanceId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset HeartbeatAt { get; init; }
}

/// <summary>The identity this process claims rows with; new at each start, so an old process is never mistaken for it.</summary>
internal sealed class InstanceIdentity
{
    public string Id { get; } = Guid.NewGuid().ToString("N");
}
