using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.OnCall;

/// <summary>Failed transactions that failed in the same way.</summary>
/// <param name="Reason">Why they failed.</param>
/// <param name="HttpStatus">The status code of the last attempt; null where there was none.</param>
/// <param name="Source">The source they came from; "transactions" for this service's own format.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Oldest">When the first of them was received, UTC.</param>
/// <param name="Newest">When the last of them was received, UTC.</param>
internal sealed record FailureResponse(
    string? Reason,
    int? HttpStatus,
    string Source,
    long Count,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset Oldest,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset Newest)
{
    internal static FailureResponse From(FailureGroup group) => new(
        group.Reason,
        group.HttpStatus,
        group.Source ?? SourceEvent.PlainSource,
        group.Count,
        group.Oldest,
        group.Newest);
}
