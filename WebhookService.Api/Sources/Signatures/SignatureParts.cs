using WebhookService.Api.Sources.Definitions;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>The value of a signature's header, taken apart.</summary>
/// <param name="Time">The time in it; null for none, or for more than one.</param>
/// <param name="Signatures">The signatures in it: several during rotation.</param>
internal readonly record struct SignatureParts(string? Time, IReadOnlyList<string> Signatures)
{
    /// <summary>Takes a value apart; parts of other versions are left out.</summary>
    public static SignatureParts Of(string value, SignatureFormat? format)
    {
        if (format is null)
        {
            return new SignatureParts(null, [value]);
        }

        List<string> signatures = [];
        List<string> times = [];
        foreach (var part in value.Split(format.Separator, StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith(format.Prefix, StringComparison.Ordinal))
            {
                signatures.Add(part[format.Prefix.Length..]);
            }
            else if (format.Time is { } time && part.StartsWith(time, StringComparison.Ordinal))
            {
                times.Add(part[time.Length..]);
            }
        }

        return new SignatureParts(times is [var only] ? only : null, signatures);
    }

    /// <summary>A value with one signature.</summary>
    public static string Write(string time, string signature, SignatureFormat? format) => format switch
    {
        null => signature,
        { Time: { } name } => $"{name}{time}{format.Separator}{format.Prefix}{signature}",
        _ => format.Prefix + signature,
    };
}
