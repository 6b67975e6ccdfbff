using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>Where a value of a JSON document is: RFC 6901.</summary>
internal sealed class JsonPointer
{
    private readonly string[] _names;

    // The name as an index of a list; -1 when it is none.
    private readonly int[] _indexes;

    private JsonPointer(string[] names)
    {
        _names = names;
        _indexes = Array.ConvertAll(names, ReadIndex);
    }

    /// <summary>The whole document.</summary>
    public static JsonPointer Whole { get; } = new([]);

    /// <summary>Reads a pointer; an empty text is the whole document.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPointer? pointer)
    {
        pointer = null;
        if (text.Length == 0)
        {
            pointer = Whole;
        }
        else if (text[0] == '/' && HasOnlyKnownEscapes(text))
        {
            // In this order, as section 4 demands: ~01 is ~1, not a slash.
            pointer = new JsonPointer(
                Array.ConvertAll(text[1..].Split('/'), static name => name.Replace("~1", "/").Replace("~0", "~")));
        }

        return pointer is not null;
    }

    /// <summary>The value; null when the document has none there.</summary>
    /// <exception cref="InvalidOperationException">A name has an escaped lone surrogate.</exception>
    public JsonElement? Find(JsonElement document)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            switch (document.ValueKind)
            {
                case JsonValueKind.Object when document.TryGetProperty(_names[i], out var member):
                    document = member;
                    break;
                case JsonValueKind.Array when _indexes[i] >= 0 && _indexes[i] < document.GetArrayLength():
                    document = document[_indexes[i]];
                    break;
                default:
                    return null;
            }
        }

        return document;
    }

    private static bool HasOnlyKnownEscapes(string text)
    {
        for (var at = text.IndexOf('~'); at >= 0; at = text.IndexOf('~', at + 1))
        {
            if (at + 1 == text.Length || text[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    private static int ReadIndex(string name) =>
        (name == "0" || !name.StartsWith('0'))
        && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;
}
