using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace WebhookService.Api.Http;

/// <summary>Decodes a JSON string that may hold escapes of lone surrogates, which no text can represent.</summary>
internal static class JsonText
{
    public static bool TryGet(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        text = null;
        try
        {
            text = reader.GetString();
        }
        catch (InvalidOperationException) when (reader.ValueIsEscaped)
        {
            // The reader's documented answer to an escape such as \uD800 without its other half.
        }

        return text is not null;
    }
}
