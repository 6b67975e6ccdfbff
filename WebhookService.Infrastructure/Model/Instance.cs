namespace WebhookService.Infrastructure.Model;

/// <summary>
/// A running process that may hold claims. Its heartbeat is the durable write that health checks ask for.
/// </summary>
internal sealed class Instance
{
    /// <summary>
    /// The fencing token: given out by the database, one per process start, rising and never used twice.
    /// </summary>
    public long InstanceId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>
    /// When others may take over what it holds, on the database's clock. Only where several instances share one.
    /// </summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
