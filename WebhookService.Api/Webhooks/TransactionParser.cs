using System.Text.Json;
using System.Text.Unicode;
using WebhookService.Api.Http;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Webhooks;

/// <summary>
/// Parses a webhook's bytes into a <see cref="Transaction"/>. It reads the raw tokens, because a JSON deserializer
/// rounds a number that does not fit, treats a missing amount as 0 and stops at the first invalid field.
/// </summary>
internal static class TransactionParser
{
    private static readonly JsonReaderOptions Strict = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
        MaxDepth = 32,
    };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The parsed body of a request; null when it is larger than <paramref name="maxSize"/>.</summary>
    /// <exception cref="BadHttpRequestException">The body does not match its headers.</exception>
    public static ValueTask<ParsedTransaction?> ReadAsync(HttpRequest request, int maxSize, TimeProvider clock) =>
        RequestBody.ReadAsync(request, maxSize, clock, static (body, clock) => Parse(
            RequestBody.InOnePiece(body), clock.GetUtcNow(), WebhookTracing.CurrentTraceParent));

    /// <summary>Parses a whole body; the result contains its faults, if any.</summary>
    public static ParsedTransaction Parse(
        ReadOnlySpan<byte> body, DateTimeOffset receivedAt, string? traceParent = null)
    {
        if (!Utf8.IsValid(body))
        {
            return ParsedTransaction.Malformed("The body is not valid UTF-8.");
        }

        // RFC 8259, 8.1: a parser may ignore a byte order mark.
        var json = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return ParsedTransaction.Malformed("The body is empty; a JSON object is expected.");
        }

        try
        {
            var fields = new TransactionFields();
            var reader = new Utf8JsonReader(json, Strict);
            return fields.Read(ref reader) is { } malformed
                ? ParsedTransaction.Malformed(malformed)
                : fields.ToTransaction(receivedAt, traceParent);
        }
        catch (JsonException exception)
        {
            return ParsedTransaction.Malformed(
                $"The body is not valid JSON (line {exception.LineNumber + 1}, "
                + $"byte {exception.BytePositionInLine + 1}).");
        }
    }
}

/// <summary>
/// The result of parsing a body: a transaction, malformed, or well-formed with fields that break a rule.
/// </summary>
internal readonly record struct ParsedTransaction(
    Transaction? Transaction, string? MalformedDetail, Dictionary<string, string[]>? Errors)
{
    public static ParsedTransaction Malformed(string detail) => new(null, detail, null);
}
