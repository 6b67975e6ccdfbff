using System.Text;

namespace WebhookService.Domain;

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
