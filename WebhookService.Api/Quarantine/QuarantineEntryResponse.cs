using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Quarantine;

/// <summary>A body in the quarantine.</summary>
/// <param name="Id">Its number; a later one is higher.</param>
/// <param name="Source">The name of its source.</param>
/// <param name="ReceivedAt">When it was first received, UTC.</param>
/// <param name="LastReceivedAt">When it was last received, UTC.</param>
/// <param name="Reason">Why it could not be understood.</param>
/// <param name="EventType">The provider's type of event; null where unknown.</param>
/// <param name="EventId">The provider's id of the event; null where unknown.</param>
/// <param name="Times">How often it was received.</param>
internal sealed record QuarantineEntryResponse(
    long Id,
    string Source,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset ReceivedAt,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset LastReceivedAt,
    string Reason,
    string? EventType,
    string? EventId,
    int Times)
{
    internal static QuarantineEntryResponse From(QuarantineEntry entry) => new(
        entry.Id,
        entry.Source,
        entry.ReceivedAt,
        entry.LastReceivedAt,
        entry.Reason,
        entry.EventType,
        entry.EventId,
        entry.Times);
}

/// <summary>The result of a bulk replay.</summary>
/// <param name="Replayed">Number of bodies that were understood and left the quarantine.</param>
/// <param name="Remaining">Number of bodies that are still in the quarantine, for the same filter.</param>
internal sealed record BulkReplayResponse(int Replayed, long Remaining);
