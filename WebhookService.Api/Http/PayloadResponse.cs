using WebhookService.Domain;

namespace WebhookService.Api.Http;

/// <summary>Writes the body of a provider's request as it came, byte for byte.</summary>
internal static class PayloadResponse
{
    private const string Unknown = "application/octet-stream";

    /// <remarks>A browser downloads it and shows nothing: its sender decides what it contains.</remarks>
    public static Task WritePayloadAsync(
        this HttpContext context, EventPayload payload, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = payload.ContentType ?? Unknown;
        response.ContentLength = payload.Body.Length;
        response.Headers.ContentDisposition = "attachment";
        return response.BodyWriter.WriteAsync(payload.Body, cancellationToken).AsTask();
    }
}
