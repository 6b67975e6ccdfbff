using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace WebhookService.Api.Sources;

/// <summary>The headers of a request as they are kept in the quarantine: a JSON object.</summary>
internal static class SourceHeaders
{
    /// <summary>Maximum size of the JSON in bytes; headers beyond it are left out.</summary>
    public const int MaxSize = 8_192;

    private static readonly HashSet<string> Credentials = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key",
    };

    /// <summary>Writes headers, without credentials.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="needed">Those that the definition reads, which are written first.</param>
    /// <param name="signatures">Those that hold signatures.</param>
    public static string Write(IHeaderDictionary headers, IEnumerable<string> needed, IEnumerable<string> signatures)
    {
        var excluded = new HashSet<string>(signatures.Concat(Credentials), StringComparer.OrdinalIgnoreCase);
        var first = new HashSet<string>(needed, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string?[]> kept = [];
        var size = "{}".Length;
        foreach (var (name, values) in headers.OrderByDescending(header => first.Contains(header.Key)))
        {
            string?[] texts = [.. values];
            var length = JsonSerializer.SerializeToUtf8Bytes(name).Length
                + JsonSerializer.SerializeToUtf8Bytes(texts).Length
                + ":,".Length;
            if (!excluded.Contains(name) && size + length <= MaxSize)
            {
                kept.Add(name, texts);
                size += length;
            }
        }

        return JsonSerializer.Serialize(kept);
    }

    /// <summary>Reads what <see cref="Write"/> has written; empty for anything else.</summary>
    public static HeaderDictionary Read(string json)
    {
        HeaderDictionary headers = [];
        try
        {
            foreach (var (name, values) in JsonSerializer.Deserialize<Dictionary<string, string?[]>>(json) ?? [])
            {
                headers[name] = new StringValues(values);
            }
        }
        catch (JsonException)
        {
            // A row that something else has written: its body can still be read.
        }

        return headers;
    }
}
