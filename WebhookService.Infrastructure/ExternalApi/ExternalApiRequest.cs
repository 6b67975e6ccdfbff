using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>
/// Creates the requests. All attempts of a transaction have the same body, byte for byte, and the same idempotency key.
/// </summary>
internal sealed class ExternalApiRequest(IOptions<ExternalApiOptions> options, TimeProvider clock)
{
    private const string IdempotencyKey = "Idempotency-Key";

    // Set by each request, or by the connection.
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        IdempotencyKey, "webhook-id", "webhook-timestamp", "webhook-signature", WebhookTracing.Header, "tracestate",
        "Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding",
    };

    private readonly ExternalApiOptions _options = options.Value;
    private readonly List<byte[]> _keys = options.Value.SigningSecrets.ConvertAll(
        secret => WebhookSignature.TryReadSecret(secret, out var key) ? key : throw new FormatException());

    /// <summary>Whether calls may have this header.</summary>
    public static bool TakesHeader(string name, string value)
    {
        using var request = new HttpRequestMessage();
        try
        {
            request.Headers.Add(name, value);
            return !OwnHeaders.Contains(name);
        }
        catch (Exception exception) when (
            exception is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    /// <param name="transaction">The transaction to send.</param>
    /// <param name="received">The event it was mapped from; null for none.</param>
    public HttpRequestMessage Create(Transaction transaction, SourceEvent? received)
    {
        var body = Serialize(transaction, received);
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(IdempotencyKey, transaction.TransactionId);
        request.Headers.UserAgent.ParseAdd("webhook-service");
        foreach (var (name, value) in _options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.Add(name, value);
        }

        if (_keys.Count > 0)
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add("webhook-id", transaction.TransactionId);
            request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(
                "webhook-signature", WebhookSignature.Sign(_keys, transaction.TransactionId, now, body));
        }

        return request;
    }

    private static byte[] Serialize(Transaction transaction, SourceEvent? received)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("transaction_id", transaction.TransactionId);
            json.WriteString("source_account", transaction.SourceAccount);
            json.WriteString("destination_account", transaction.DestinationAccount);
            json.WriteNumber("amount", transaction.Amount);
            json.WriteString("currency", transaction.Currency);
            json.WriteString("created_at", Format(transaction.CreatedAt));
            json.WriteString("source", received?.Source ?? SourceEvent.PlainSource);
            json.WriteString("event_type", received?.Type);
            json.WriteString("event_id", received?.Id);
            json.WriteString("occurred_at", received?.OccurredAt is { } time ? Format(time) : null);
            if (received?.Payload is { } payload && IsJson(payload.Body))
            {
                json.WritePropertyName("payload");
                json.WriteRawValue(payload.Body.Span);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture);

    private static bool IsJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
