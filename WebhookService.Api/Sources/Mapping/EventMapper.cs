using System.Text.Json;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>Recognises an event of a source and maps it to a transaction.</summary>
internal sealed class EventMapper(string source, SourceDefinition definition)
{
    private const string LoneSurrogate = "The event has a text with an escaped lone surrogate, which is no character.";

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
                return new SourceItem.Quarantined(NothingAt("type", definition.Type), null, eventId);
            }

            type = EventText.Clean(found)!;
            if (FindEvent(item, found, request.Headers) is not { } taken)
            {
                return new SourceItem.Ignored(type);
            }

            return ReadFields(item, taken, request, out var fields) is { } reason
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

    private SourceItem.Accepted Accept(
        JsonElement item, in MappedFields fields, string type, string? eventId, in MappedRequest request) =>
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

    // The first fault, which names no value.
    private string? ReadFields(
        JsonElement item, EventDefinition taken, in MappedRequest request, out MappedFields fields)
    {
        fields = default;
        var (map, headers) = (taken.Map, request.Headers);
        if (map.TransactionId.Find(item, headers) is not { } id)
        {
            return NothingAt("transaction_id", map.TransactionId);
        }

        id = taken.IsPrefixed ? $"{source}:{id}" : id;
        if (!TransactionRules.IsId(id))
        {
            return $"transaction_id{(taken.IsPrefixed ? ", with its prefix," : "")} {TransactionRules.IdRule}.";
        }

        if (map.SourceAccount.Find(item, headers) is not { } from)
        {
            return NothingAt("source_account", map.SourceAccount);
        }

        if (!TransactionRules.IsAccount(from))
        {
            return $"source_account {TransactionRules.AccountRule}.";
        }

        if (map.DestinationAccount.Find(item, headers) is not { } to)
        {
            return NothingAt("destination_account", map.DestinationAccount);
        }

        if (!TransactionRules.IsAccount(to))
        {
            return $"destination_account {TransactionRules.AccountRule}.";
        }

        if (map.Currency.Find(item, headers) is not { } letters)
        {
            return NothingAt("currency", map.Currency);
        }

        if (!CurrencyCodes.TryGet(letters, out var currency))
        {
            return $"currency {TransactionRules.CurrencyRule}.";
        }

        if (map.Amount.Find(item, headers) is not { } text)
        {
            return NothingAt("amount", map.Amount);
        }

        if (ReadAmount(text, currency, taken.IsMinor, out var amount) is { } fault)
        {
            return $"amount {fault}.";
        }

        fields = new MappedFields(id, from, to, amount, currency);
        return null;
    }

    private string? ReadAmount(string text, string currency, bool isMinor, out decimal amount) => isMinor
        ? EventAmount.ReadMinor(
            text,
            definition.Decimals.TryGetValue(currency, out var decimals) ? decimals : CurrencyDecimals.Of(currency),
            out amount)
        : EventAmount.ReadMajor(text, out amount);

    private static string NothingAt(string member, DefinitionValue value) =>
        Attempt.Shorten($"{member}: {value} finds no text or number.");
}

/// <summary>What an event is mapped with, besides itself.</summary>
/// <param name="Headers">The request's headers.</param>
/// <param name="Payload">The request's body; null when it is not kept.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="TraceParent">The <c>traceparent</c> of the request; null if it is not traced.</param>
internal readonly record struct MappedRequest(
    IHeaderDictionary Headers, EventPayload? Payload, DateTimeOffset ReceivedAt, string? TraceParent);

/// <summary>The five fields, valid.</summary>
internal readonly record struct MappedFields(
    string TransactionId, string SourceAccount, string DestinationAccount, decimal Amount, string Currency);
