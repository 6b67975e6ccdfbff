using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>What a body becomes.</summary>
/// <param name="Items">One for each event, in the order of the body; at least one.</param>
internal sealed record SourceReading(IReadOnlyList<SourceItem> Items)
{
    /// <summary>The first event that cannot be understood; null when all can.</summary>
    public SourceItem.Quarantined? FirstQuarantined { get; } = FindQuarantined(Items);

    /// <summary>A body that cannot be understood as a whole.</summary>
    public static SourceReading Unreadable(string reason) => new([new SourceItem.Quarantined(reason, null, null)]);

    private static SourceItem.Quarantined? FindQuarantined(IReadOnlyList<SourceItem> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is SourceItem.Quarantined found)
            {
                return found;
            }
        }

        return null;
    }
}

/// <summary>What an event becomes.</summary>
internal abstract record SourceItem
{
    private SourceItem()
    {
    }

    /// <summary>A transaction to add.</summary>
    internal sealed record Accepted(Transaction Transaction, SourceEvent Event) : SourceItem;

    /// <summary>Nothing: the source does not take this type, or a condition does not hold.</summary>
    /// <param name="Type">The type; empty for a body without events.</param>
    /// <param name="Reason">Why; it repeats no value of the body.</param>
    internal sealed record Ignored(string Type, string Reason) : SourceItem;

    /// <summary>A part of the body that cannot be understood.</summary>
    /// <param name="Reason">Why; it repeats no value of the body.</param>
    /// <param name="Type">The type of the event; null where unknown.</param>
    /// <param name="EventId">The id of the event; null where unknown.</param>
    internal sealed record Quarantined(string Reason, string? Type, string? EventId) : SourceItem;
}
