using System.Text.Json;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>How events of some types become transactions.</summary>
/// <param name="Types">The types; <see cref="AnyType"/> for all.</param>
/// <param name="When">The conditions, all of which must hold; an event for which one does not is ignored.</param>
/// <param name="Map">Where the five fields are.</param>
/// <param name="IsMinor">Whether the amount is in minor units, such as cents.</param>
/// <param name="IsPrefixed">Whether the transaction's id begins with the name of the source and a colon.</param>
internal sealed record EventDefinition(
    IReadOnlySet<string> Types, IReadOnlyList<EventCondition> When, EventMap Map, bool IsMinor, bool IsPrefixed)
{
    public const string AnyType = "*";

    private const string ListOfTexts = "must be a list of texts";

    public bool Takes(string type) => Types.Contains(type) || Types.Contains(AnyType);

    /// <exception cref="InvalidOperationException">A text or a name has an escaped lone surrogate.</exception>
    public bool Holds(JsonElement item, IHeaderDictionary headers) => When.All(it => it.Holds(item, headers));

    /// <exception cref="DefinitionException">It breaks the format.</exception>
    public static EventDefinition Read(DefinitionNode node)
    {
        node.WithMembers("types", "when", "map", "amount_unit", "prefix");
        return new EventDefinition(
            ReadTexts(node.Require("types")),
            node.Find("when") is { } when ? [.. when.Members().Select(it => ReadCondition(it.Name, it.Value))] : [],
            EventMap.Read(node.Require("map")),
            node.Require("amount_unit").RequireChoice("minor", "major") == "minor",
            node.Find("prefix")?.RequireFlag() ?? true);
    }

    private static EventCondition ReadCondition(string value, DefinitionNode node) => new(
        value.Length > 0 ? DefinitionValue.Read(value, node) : throw node.Fault("must be named after a JSON Pointer"),
        ReadTexts(node));

    private static HashSet<string> ReadTexts(DefinitionNode node) =>
        [.. node.List(ListOfTexts).Select(text => text.RequireText("must be a text that is not empty"))];
}

/// <summary>A condition of an event: a value is one of these texts.</summary>
/// <param name="Value">Where the value is; numbers, true and false are compared as they are written.</param>
/// <param name="Texts">The allowed texts.</param>
internal sealed record EventCondition(DefinitionValue Value, IReadOnlySet<string> Texts)
{
    public bool Holds(JsonElement item, IHeaderDictionary headers) =>
        Value.Find(item, headers) is { } found && Texts.Contains(found);
}

/// <summary>Where the five fields of a transaction are.</summary>
internal sealed record EventMap(
    DefinitionValue TransactionId,
    DefinitionValue SourceAccount,
    DefinitionValue DestinationAccount,
    DefinitionValue Amount,
    DefinitionValue Currency)
{
    /// <summary>All of them, each by its name.</summary>
    public IEnumerable<DefinitionValue> All => [TransactionId, SourceAccount, DestinationAccount, Amount, Currency];

    /// <exception cref="DefinitionException">It breaks the format.</exception>
    public static EventMap Read(DefinitionNode node)
    {
        node.WithMembers("transaction_id", "source_account", "destination_account", "amount", "currency");
        return new EventMap(
            DefinitionValue.Read(node.Require("transaction_id")),
            DefinitionValue.Read(node.Require("source_account")),
            DefinitionValue.Read(node.Require("destination_account")),
            DefinitionValue.Read(node.Require("amount")),
            DefinitionValue.Read(node.Require("currency")));
    }
}
