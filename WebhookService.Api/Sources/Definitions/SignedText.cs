using System.Text.RegularExpressions;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>What a signature covers, such as <c>{timestamp}.{body}</c>.</summary>
/// <param name="Parts">Literal text and placeholders, in order.</param>
internal sealed partial record SignedText(IReadOnlyList<SignedPart> Parts)
{
    private const string Expected =
        "must contain {body} once; other placeholders are {timestamp}, {id}, {url} and {header:NAME}";

    public bool Has(SignedPartKind kind) => Parts.Any(part => part.Kind == kind);

    /// <exception cref="DefinitionException">It has another form.</exception>
    public static SignedText Read(DefinitionNode? node)
    {
        if (node is not { } given)
        {
            return new SignedText([new SignedPart(SignedPartKind.Body, "")]);
        }

        var text = given.RequireText(Expected);
        SignedPart[] parts =
        [
            .. Part().Matches(text).Select(match => match.Groups[1] is { Success: true } placeholder
                ? ReadPlaceholder(placeholder.Value, given)
                : new SignedPart(SignedPartKind.Literal, match.Value)),
        ];
        return parts.Count(part => part.Kind == SignedPartKind.Body) == 1
            && !parts.Any(part => part.Kind == SignedPartKind.Literal && part.Text.AsSpan().ContainsAny('{', '}'))
            ? new SignedText(parts)
            : throw given.Fault(Expected);
    }

    private static SignedPart ReadPlaceholder(string name, DefinitionNode node) => name switch
    {
        "body" => new SignedPart(SignedPartKind.Body, ""),
        "timestamp" => new SignedPart(SignedPartKind.Timestamp, ""),
        "id" => new SignedPart(SignedPartKind.Id, ""),
        "url" => new SignedPart(SignedPartKind.Url, ""),
        _ when name.StartsWith("header:", StringComparison.Ordinal) =>
            new SignedPart(SignedPartKind.Header, HeaderName.Read(name["header:".Length..], node)),
        _ => throw node.Fault(Expected),
    };

    [GeneratedRegex(@"\{([^{}]*)\}|[^{}]+|[{}]")]
    private static partial Regex Part();
}

/// <summary>A part of what a signature covers.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The literal text, or the header's name.</param>
internal sealed record SignedPart(SignedPartKind Kind, string Text);

internal enum SignedPartKind
{
    Literal,
    Body,
    Timestamp,
    Id,
    Url,
    Header,
}
