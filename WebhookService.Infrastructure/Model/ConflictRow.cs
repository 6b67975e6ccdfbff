namespace WebhookService.Infrastructure.Model;

/// <summary>Conflicting content of a known id: one row for each content, however often it arrived.</summary>
internal sealed class ConflictRow
{
    /// <summary>The sequence of the transaction with that id.</summary>
    public long Sequence { get; init; }

    public byte[] ContentHash { get; init; } = [];

    public string SourceAccount { get; init; } = "";

    public string DestinationAccount { get; init; } = "";

    public decimal Amount { get; init; }

    public string Currency { get; init; } = "";

    public DateTimeOffset FirstReceivedAt { get; init; }

    public DateTimeOffset LastReceivedAt { get; init; }

    public int Times { get; init; }
}
