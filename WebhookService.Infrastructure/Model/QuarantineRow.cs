namespace WebhookService.Infrastructure.Model;

/// <summary>An event that could not be understood: one row for each key of a source, however often it came.</summary>
internal sealed class QuarantineRow
{
    public long Id { get; init; }

    public string Source { get; init; } = "";

    public byte[] EventKey { get; init; } = [];

    public DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset LastReceivedAt { get; init; }

    public string Reason { get; init; } = "";

    public string? EventType { get; init; }

    public string? EventId { get; init; }

    public int Times { get; init; }

    /// <summary>A JSON object.</summary>
    public string Headers { get; init; } = "";

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];
}
