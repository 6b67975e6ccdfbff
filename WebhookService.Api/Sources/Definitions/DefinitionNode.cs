using System.Text.Json;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>A value in a definition, which knows where it stands: each fault names its place.</summary>
internal readonly struct DefinitionNode(JsonElement json, string pointer)
{
    public string? Text => json.ValueKind == JsonValueKind.String ? json.GetString() : null;

    public bool IsList => json.ValueKind == JsonValueKind.Array;

    /// <summary>The fault of this value.</summary>
    public DefinitionException Fault(string expected) => new(pointer, expected);

    /// <summary>Requires an object with no other members than these.</summary>
    /// <exception cref="DefinitionException">It is something else, or has another member.</exception>
    public DefinitionNode WithMembers(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Members())
        {
            if (!names.Contains(name))
            {
                throw value.Fault($"is unknown; the members here are {string.Join(", ", names.ToArray())}");
            }
        }

        return this;
    }

    public DefinitionNode? Find(string name) =>
        json.TryGetProperty(name, out var value) ? new DefinitionNode(value, Below(name)) : null;

    /// <exception cref="DefinitionException">It is missing.</exception>
    public DefinitionNode Require(string name) => Find(name) ?? throw Fault($"must have the member {name}");

    /// <exception cref="DefinitionException">It is no object.</exception>
    public IEnumerable<(string Name, DefinitionNode Value)> Members()
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Fault("must be an object");
        }

        var node = this;
        return json.EnumerateObject()
            .Select(member => (member.Name, new DefinitionNode(member.Value, node.Below(member.Name))));
    }

    /// <exception cref="DefinitionException">It is no list, or an empty one.</exception>
    public DefinitionNode[] List(string expected)
    {
        if (!IsList || json.GetArrayLength() == 0)
        {
            throw Fault(expected);
        }

        var node = this;
        return [.. json.EnumerateArray().Select((item, i) => new DefinitionNode(item, $"{node.Pointer}/{i}"))];
    }

    /// <exception cref="DefinitionException">It is no text, or an empty one.</exception>
    public string RequireText(string expected) => Text is { Length: > 0 } text ? text : throw Fault(expected);

    /// <exception cref="DefinitionException">It is none of these.</exception>
    public string RequireChoice(params ReadOnlySpan<string> choices) =>
        Text is { } text && choices.Contains(text)
            ? text
            : throw Fault($"must be one of {string.Join(", ", choices.ToArray())}");

    /// <exception cref="DefinitionException">It is neither true nor false.</exception>
    public bool RequireFlag() => json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault("must be true or false"),
    };

    /// <exception cref="DefinitionException">It is no whole number in this range.</exception>
    public int RequireNumber(int least, int most) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Fault($"must be a number from {least} to {most}");

    private string Pointer => pointer;

    private string Below(string name) => $"{pointer}/{name.Replace("~", "~0").Replace("/", "~1")}";
}
