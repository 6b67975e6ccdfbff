using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>Brings a provider's texts into the form in which they are stored.</summary>
internal static partial class EventText
{
    private const char Replacement = '\uFFFD';
    private const int MaxDigits = 14;

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)]);

    // As seconds, it would be in the year 5138.
    private const long FirstMilliseconds = 100_000_000_000;

    /// <summary>A type or an id: not too long, and without control characters, which some databases refuse.</summary>
    public static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var shortened = Attempt.Shorten(text, SourceEvent.MaxTextLength);
        return shortened.AsSpan().ContainsAny(Controls)
            ? string.Create(shortened.Length, shortened, static (clean, original) =>
            {
                for (var i = 0; i < clean.Length; i++)
                {
                    clean[i] = char.IsControl(original[i]) ? Replacement : original[i];
                }
            })
            : shortened;
    }

    /// <summary>
    /// A time in seconds or milliseconds since 1970, or in the form of RFC 3339; null for any other.
    /// </summary>
    public static DateTimeOffset? ReadTime(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length <= MaxDigits
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number < FirstMilliseconds
                ? DateTimeOffset.FromUnixTimeSeconds(number)
                : DateTimeOffset.FromUnixTimeMilliseconds(number);
        }

        return Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time)
            ? Timestamps.ToMicroseconds(time)
            : null;
    }

    [GeneratedRegex(@"\A[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
