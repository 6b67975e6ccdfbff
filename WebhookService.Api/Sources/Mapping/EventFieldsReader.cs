using System.Text.Json;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>Reads the five fields of an event by the rules of every transaction.</summary>
internal sealed class EventFieldsReader(string source, SourceDefinition definition)
{
    /// <summary>Reads the fields.</summary>
    /// <returns>The first fault, which repeats no value; null for none.</returns>
    /// <exception cref="InvalidOperationException">A text or a name has an escaped lone surrogate.</exception>
    public string? Read(JsonElement item, EventDefinition taken, IHeaderDictionary headers, out EventFields fields)
    {
        fields = default;
        var map = taken.Map;
        if (map.TransactionId.Find(item, headers) is not { } id)
        {
            return EventFields.NothingAt("transaction_id", map.TransactionId);
        }

        id = taken.IsPrefixed ? $"{source}:{id}" : id;
        if (!TransactionRules.IsId(id))
        {
            return $"transaction_id{(taken.IsPrefixed ? ", with its prefix," : "")} {TransactionRules.IdRule}.";
        }

        if (map.SourceAccount.Find(item, headers) is not { } from)
        {
            return EventFields.NothingAt("source_account", map.SourceAccount);
        }

        if (!TransactionRules.IsAccount(from))
        {
            return $"source_account {TransactionRules.AccountRule}.";
        }

        if (map.DestinationAccount.Find(item, headers) is not { } to)
        {
            return EventFields.NothingAt("destination_account", map.DestinationAccount);
        }

        if (!TransactionRules.IsAccount(to))
        {
            return $"destination_account {TransactionRules.AccountRule}.";
        }

        if (ReadMoney(item, taken, headers, out var amount, out var currency) is { } fault)
        {
            return fault;
        }

        fields = new EventFields(id, from, to, amount, currency);
        return null;
    }

    private string? ReadMoney(
        JsonElement item, EventDefinition taken, IHeaderDictionary headers, out decimal amount, out string currency)
    {
        (amount, currency) = (0, "");
        var map = taken.Map;
        if (map.Currency.Find(item, headers) is not { } letters)
        {
            return EventFields.NothingAt("currency", map.Currency);
        }

        if (!CurrencyCodes.TryGet(letters, out currency))
        {
            return $"currency {TransactionRules.CurrencyRule}.";
        }

        if (map.Amount.Find(item, headers) is not { } text)
        {
            return EventFields.NothingAt("amount", map.Amount);
        }

        var decimals = definition.Decimals.TryGetValue(currency, out var own) ? own : CurrencyDecimals.Of(currency);
        var fault = taken.IsMinor
            ? EventAmount.ReadMinor(text, decimals, out amount)
            : EventAmount.ReadMajor(text, out amount);
        return fault is null ? null : $"amount {fault}.";
    }
}
