using System.Text;

namespace WebhookService.Domain;

/// <summary>The event that a transaction was mapped from, as its provider sent it.</summary>
/// <param name="Source">The configured name of the source, never <see cref="PlainSource"/>.</param>
/// <param name="Type">The provider's type of event; null where unknown.</param>
/// <param name="Id">The provider's id of the event; null where unknown.</param>
/// <param name="OccurredAt">When it occurred, by the provider's clock; null where unknown.</param>
/// <param name="Payload">The request's body; null when it is not kept, or was pruned.</param>
public sealed record SourceEvent(
    string Source, string? Type, string? Id, DateTimeOffset? OccurredAt, EventPayload? Payload)
{
    /// <summary>The source of transactions that were sent in this service's own format.</summary>
    public const string PlainSource = "transactions";

    /// <summary>Maximum length of the name of a source, in characters.</summary>
    public const int MaxSourceLength = 32;

    /// <summary>Maximum length of a type and of an id, in characters; longer ones are truncated.</summary>
    public const int MaxTextLength = 200;

    /// <summary>
    /// The provider's type of event, at most <see cref="MaxTextLength"/> characters; null where unknown or empty.
    /// </summary>
    public string? Type { get; init => field = EventText.Fit(value, MaxTextLength); } =
        EventText.Fit(Type, MaxTextLength);

    /// <summary>
    /// The provider's id of the event, at most <see cref="MaxTextLength"/> characters; null where unknown or empty.
    /// </summary>
    public string? Id { get; init => field = EventText.Fit(value, MaxTextLength); } =
        EventText.Fit(Id, MaxTextLength);

    /// <summary>When it occurred: UTC, whole microseconds; null where unknown.</summary>
    public DateTimeOffset? OccurredAt { get; } = OccurredAt is { } time ? Timestamps.ToMicroseconds(time) : null;
}

/// <summary>The body of a request, byte for byte.</summary>
/// <param name="ContentType">The value of its Content-Type; null when it had none.</param>
/// <param name="Body">The raw bytes.</param>
public sealed record EventPayload(string? ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Maximum length of a content type, in characters; a longer one is stored as null.</summary>
    public const int MaxContentTypeLength = 200;

    /// <summary>
    /// The value of its Content-Type; null when it had none, or one that is longer than
    /// <see cref="MaxContentTypeLength"/> or not printable ASCII, which no answer could repeat.
    /// </summary>
    public string? ContentType { get; } = ContentType is { Length: > 0 and <= MaxContentTypeLength }
        && !ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? ContentType
            : null;
}

/// <summary>What was kept of a transaction's event besides its payload.</summary>
/// <param name="Type">The provider's type of event; null where unknown.</param>
/// <param name="Id">The provider's id of the event; null where unknown.</param>
/// <param name="OccurredAt">When it occurred, by the provider's clock; null where unknown.</param>
internal sealed record EventDetails(string? Type, string? Id, DateTimeOffset? OccurredAt);

/// <summary>Text that a provider sent, as every supported database can store it.</summary>
internal static class EventText
{
    // Unicode's replacement character.
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// The text, truncated without splitting a character; what no database stores (NUL, a lone surrogate) is replaced.
    /// Null when it is empty.
    /// </summary>
    public static string? Fit(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length > maxLength)
        {
            text = text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
        }

        return text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\0', StringComparison.Ordinal)
            ? Replace(text)
            : text;
    }

    private static string Replace(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            builder.Append(rune.Value == 0 ? Replacement.ToString() : rune.ToString());
        }

        return builder.ToString();
    }
}
