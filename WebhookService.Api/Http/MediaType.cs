using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace WebhookService.Api.Http;

/// <summary>Accepts uncompressed JSON in UTF-8 and rejects any other declared body.</summary>
internal static class MediaType
{
    /// <summary>The fault of the declared body; null when it is JSON.</summary>
    public static string? FindFault(HttpRequest request)
    {
        if (!StringValues.IsNullOrEmpty(request.Headers.ContentEncoding))
        {
            return "A Content-Encoding is not supported; send the body as it is.";
        }

        // The usual value needs no parsing.
        return request.ContentType is "application/json" || IsJson(request.ContentType)
            ? null
            : "The Content-Type must be application/json.";
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue
            || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
