namespace WebhookService.Infrastructure.Model;

/// <summary>
/// A running process that may have claims. Its heartbeat is the durable write that health checks require.
/// </summary>
internal sealed class Instance
{
    /// <summary>
    /// The fencing token: assigned by the database, one for each process start, increasing and never reused.
    /// </summary>
    public long InstanceId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>
    /// When others may take over its claims, on the database's clock. Used only on a shared database.
    /// </summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
