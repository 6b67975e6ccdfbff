namespace WebhookService.Infrastructure.Model;

/// <summary>The event that a transaction was mapped from, in its own table, which claims do not read.</summary>
internal sealed class EventRow
{
    /// <summary>The sequence of its transaction.</summary>
    public long Sequence { get; init; }

    public string? EventType { get; init; }

    public string? EventId { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The request's body; null when it is not kept.</summary>
    public byte[]? Body { get; init; }
}
