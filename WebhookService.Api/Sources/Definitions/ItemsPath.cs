using System.Text.Json;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>
/// Where the events of a body are: a JSON Pointer, empty for the whole body; one segment may be <c>*</c>, which stands
/// for each element of a list.
/// </summary>
internal sealed class ItemsPath
{
    private const string Expected = "must be a JSON Pointer, of which one segment may be *";
    private const string Each = "/*";

    private readonly JsonPointer _before;
    private readonly JsonPointer? _after;

    private ItemsPath(JsonPointer before, JsonPointer? after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>The events are elements of a list.</summary>
    public bool IsList => _after is not null;

    /// <exception cref="DefinitionException">It has another form.</exception>
    public static ItemsPath Read(DefinitionNode? node)
    {
        if (node is not { } given)
        {
            return new ItemsPath(JsonPointer.Whole, after: null);
        }

        var text = given.Text ?? throw given.Fault(Expected);
        var star = (text + "/").IndexOf(Each + "/", StringComparison.Ordinal);
        var isList = star >= 0;
        var after = isList ? text[(star + Each.Length)..] : "";
        return JsonPointer.TryParse(isList ? text[..star] : text, out var before)
            && JsonPointer.TryParse(after, out var rest)
            && !(after + "/").Contains(Each + "/", StringComparison.Ordinal)
            ? new ItemsPath(before, isList ? rest : null)
            : throw given.Fault(Expected);
    }

    /// <summary>The events in the order of the body; null when the pointer finds nothing, or no list.</summary>
    /// <remarks>An element without an event is null.</remarks>
    /// <exception cref="InvalidOperationException">A name has an escaped lone surrogate.</exception>
    public IReadOnlyList<JsonElement?>? Find(JsonElement body)
    {
        if (_before.Find(body) is not { } found)
        {
            return null;
        }

        if (_after is null)
        {
            return [found];
        }

        return found.ValueKind == JsonValueKind.Array
            ? [.. found.EnumerateArray().Select(element => _after.Find(element))]
            : null;
    }
}
