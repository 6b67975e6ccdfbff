using System.Text.Json;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>
/// How to read the events of a provider; <c>docs/source-definition.schema.json</c> describes the file.
/// </summary>
/// <param name="Signatures">How it signs, any of these; empty when it does not.</param>
/// <param name="Items">Where the events of a body are.</param>
/// <param name="Type">Where the type of an event is.</param>
/// <param name="EventId">Where its id is; null when it has none.</param>
/// <param name="OccurredAt">Where the time at which it occurred is; null when it has none.</param>
/// <param name="Answer">The status code of success.</param>
/// <param name="Decimals">Currencies whose minor unit differs from ISO 4217 at this provider.</param>
/// <param name="Events">The events that are taken; the first whose type and conditions fit counts.</param>
internal sealed record SourceDefinition(
    IReadOnlyList<SignatureDefinition> Signatures,
    ItemsPath Items,
    DefinitionValue Type,
    DefinitionValue? EventId,
    DefinitionValue? OccurredAt,
    int Answer,
    IReadOnlyDictionary<string, int> Decimals,
    IReadOnlyList<EventDefinition> Events)
{
    private const int MaxDecimals = 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The headers that it reads, besides those of the signature.</summary>
    public IEnumerable<string> Headers =>
        new[] { Type, EventId, OccurredAt }.OfType<DefinitionValue>()
            .Concat(Events.SelectMany(it => it.Map.All.Concat(it.When.Select(condition => condition.Value))))
            .SelectMany(value => value.Headers);

    /// <summary>Reads a definition.</summary>
    /// <exception cref="DefinitionException">It breaks the format.</exception>
    /// <exception cref="JsonException">It is not valid JSON.</exception>
    public static SourceDefinition Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Strict);
        return Read(new DefinitionNode(document.RootElement, ""));
    }

    private static SourceDefinition Read(DefinitionNode node)
    {
        node.WithMembers(
            "$schema", "signature", "items", "type", "event_id", "occurred_at", "answer", "decimals", "events");
        return new SourceDefinition(
            ReadSignatures(node.Find("signature")),
            ItemsPath.Read(node.Find("items")),
            DefinitionValue.Read(node.Require("type")),
            node.Find("event_id") is { } id ? DefinitionValue.Read(id) : null,
            node.Find("occurred_at") is { } time ? DefinitionValue.Read(time) : null,
            node.Find("answer") is { } answer ? ReadAnswer(answer) : 202,
            ReadDecimals(node.Find("decimals")),
            [.. node.Require("events").List("must be a list of events").Select(EventDefinition.Read)]);
    }

    private static SignatureDefinition[] ReadSignatures(DefinitionNode? node) => node switch
    {
        null => [],
        { IsList: true } list =>
            [.. list.List("must be an object or a list of objects").Select(SignatureDefinition.Read)],
        { } one => [SignatureDefinition.Read(one)],
    };

    private static int ReadAnswer(DefinitionNode node) =>
        node.RequireNumber(200, 202) is var status && status != 201 ? status : throw node.Fault("must be 200 or 202");

    private static Dictionary<string, int> ReadDecimals(DefinitionNode? node)
    {
        Dictionary<string, int> decimals = [];
        foreach (var (currency, value) in node?.Members() ?? [])
        {
            if (!CurrencyCodes.TryGet(currency, out var code) || code != currency)
            {
                throw value.Fault("must be named after an active ISO 4217 code in upper case");
            }

            decimals.Add(code, value.RequireNumber(0, MaxDecimals));
        }

        return decimals;
    }
}
