using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>Different content that was received under a known id.</summary>
/// <param name="SourceAccount">As it was sent.</param>
/// <param name="DestinationAccount">As it was sent.</param>
/// <param name="Amount">As it was sent, with two decimals.</param>
/// <param name="Currency">As it was sent, in upper case.</param>
/// <param name="FirstReceivedAt">When this content was first received, UTC.</param>
/// <param name="LastReceivedAt">When this content was last received, UTC.</param>
/// <param name="Times">How often this content was received.</param>
internal sealed record ConflictResponse(
    string SourceAccount,
    string DestinationAccount,
    decimal Amount,
    string Currency,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset FirstReceivedAt,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset LastReceivedAt,
    int Times)
{
    public static ConflictResponse From(RecordedConflict recorded) => new(
        recorded.SourceAccount,
        recorded.DestinationAccount,
        recorded.Amount,
        recorded.Currency,
        recorded.FirstReceivedAt,
        recorded.LastReceivedAt,
        recorded.Times);
}
