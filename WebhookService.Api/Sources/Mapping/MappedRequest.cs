using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>What an event is mapped with, besides itself.</summary>
/// <param name="Headers">The request's headers.</param>
/// <param name="Payload">The request's body; null when it is not kept.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="TraceParent">The <c>traceparent</c> of the request; null if it is not traced.</param>
internal readonly record struct MappedRequest(
    IHeaderDictionary Headers, EventPayload? Payload, DateTimeOffset ReceivedAt, string? TraceParent);
