using System.Text.Json;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>
/// Where a value of an event is found: a JSON Pointer, <c>header:NAME</c>, <c>=literal</c>, or a list of these, of
/// which the first that finds a non-empty text or number counts.
/// </summary>
internal sealed class DefinitionValue
{
    private const string Expected = "must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these";
    private const string HeaderPrefix = "header:";

    private readonly Alternative[] _alternatives;

    private DefinitionValue(Alternative[] alternatives) => _alternatives = alternatives;

    /// <summary>The headers that it reads.</summary>
    public IEnumerable<string> Headers => _alternatives.Select(it => it.Header).OfType<string>();

    /// <exception cref="DefinitionException">It has another form.</exception>
    public static DefinitionValue Read(DefinitionNode node) =>
        new(node.IsList ? [.. node.List(Expected).Select(ReadOne)] : [ReadOne(node)]);

    /// <summary>A value written as text, as the names of conditions are.</summary>
    /// <exception cref="DefinitionException">It has another form.</exception>
    public static DefinitionValue Read(string text, DefinitionNode node) => new([ReadOne(text, node)]);

    /// <summary>
    /// The text, or the raw token of a number or a boolean; null when nothing is found, or only empty or composite
    /// values.
    /// </summary>
    /// <exception cref="InvalidOperationException">A text or a name has an escaped lone surrogate.</exception>
    public string? Find(JsonElement item, IHeaderDictionary headers)
    {
        foreach (var alternative in _alternatives)
        {
            if (alternative.Find(item, headers) is { Length: > 0 } found)
            {
                return found;
            }
        }

        return null;
    }

    public override string ToString() => string.Join(" or ", _alternatives.Select(it => it.Text));

    private static Alternative ReadOne(DefinitionNode node) => ReadOne(node.RequireText(Expected), node);

    private static Alternative ReadOne(string text, DefinitionNode node)
    {
        if (text[0] == '=' && text.Length > 1)
        {
            return new Alternative(text, Literal: text[1..]);
        }

        if (text.StartsWith(HeaderPrefix, StringComparison.Ordinal))
        {
            return new Alternative(text, Header: HeaderName.Read(text[HeaderPrefix.Length..], node));
        }

        return JsonPointer.TryParse(text, out var pointer)
            ? new Alternative(text, Pointer: pointer)
            : throw node.Fault(Expected);
    }

    private sealed record Alternative(
        string Text, string? Literal = null, string? Header = null, JsonPointer? Pointer = null)
    {
        public string? Find(JsonElement item, IHeaderDictionary headers) =>
            Literal ?? (Header is not null ? FindHeader(headers, Header) : FindMember(item));

        // A header that is repeated says nothing certain.
        private static string? FindHeader(IHeaderDictionary headers, string name) =>
            headers[name] is [{ } value] ? value : null;

        private string? FindMember(JsonElement item) => Pointer?.Find(item) is not { } found ? null
            : found.ValueKind switch
            {
                JsonValueKind.String => found.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => found.GetRawText(),
                _ => null,
            };
    }
}
