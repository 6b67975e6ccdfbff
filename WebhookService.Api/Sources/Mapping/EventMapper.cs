using System.Text.Json;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>Recognises an event of a source and maps it to a transaction.</summary>
internal sealed class EventMapper(string source, SourceDefinition definition)
{
    private const string LoneSurrogate = "The event has a text with an escaped lone surrogate, which is no character.";

    private readonly EventFieldsReader _fields = new(source, definition);

    /// <summary>What an event becomes.</summary>
    public SourceItem Map(JsonElement item, in MappedRequest request)
    {
        string? type = null;
        string? eventId = null;
        try
        {
            eventId = EventText.Clean(definition.EventId?.Find(item, request.Headers));
            if (definition.Type.Find(item, request.Headers) is not { } found)
            {
                return new SourceItem.Quarantined(EventFields.NothingAt("type", definition.Type), null, eventId);
            }

            type = EventText.Clean(found)!;
            if (FindEvent(item, found, request.Headers) is not { } taken)
            {
                return new SourceItem.Ignored(type, ExplainIgnored(item, found, request.Headers));
            }

            return _fields.Read(item, taken, request.Headers, out var fields) is { } reason
                ? new SourceItem.Quarantined(reason, type, eventId)
                : Accept(item, fields, type, eventId, request);
        }
        catch (InvalidOperationException)
        {
            // The documented behaviour of JsonElement for an unpaired escape such as \uD800.
            return new SourceItem.Quarantined(LoneSurrogate, type, eventId);
        }
    }

    private EventDefinition? FindEvent(JsonElement item, string type, IHeaderDictionary headers)
    {
        foreach (var candidate in definition.Events)
        {
            if (candidate.Takes(type) && candidate.Holds(item, headers))
            {
                return candidate;
            }
        }

        return null;
    }

    // A typo in a condition ignores every event, so the explanation names the condition.
    private string ExplainIgnored(JsonElement item, string type, IHeaderDictionary headers)
    {
        var unmet = definition.Events.Where(candidate => candidate.Takes(type))
            .SelectMany(candidate => candidate.When).FirstOrDefault(condition => !condition.Holds(item, headers));
        return unmet is null ? "The definition does not take this type."
            : unmet.Value.Find(item, headers) is null ? $"when: {unmet.Value} finds no text or number."
            : $"when: {unmet.Value} has another value.";
    }

    private SourceItem.Accepted Accept(
        JsonElement item, in EventFields fields, string type, string? eventId, in MappedRequest request) =>
        new(
            Transaction.Receive(
                fields.TransactionId,
                fields.SourceAccount,
                fields.DestinationAccount,
                fields.Amount,
                fields.Currency,
                request.ReceivedAt,
                request.TraceParent,
                source),
            new SourceEvent(
                source,
                type,
                eventId,
                EventText.ReadTime(definition.OccurredAt?.Find(item, request.Headers)),
                request.Payload));
}
