using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace WebhookService.Api.Http;

/// <summary>Decodes a JSON string that may contain escaped lone surrogates, which no text can represent.</summary>
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
            // The reader's documented behaviour for an unpaired escape such as \uD800.
        }

        return text is not null;
    }
}
