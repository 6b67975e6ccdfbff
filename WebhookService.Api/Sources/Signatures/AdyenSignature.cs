using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>
/// Adyen's signature of standard notifications: each item of the body has its own, in
/// <c>additionalData.hmacSignature</c>, over eight of its values.
/// </summary>
/// <remarks>The values are joined by colons without any escaping. One wrong item makes the whole body wrong.</remarks>
internal sealed class AdyenSignature(byte[][] keys) : SourceSignature
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string[][] Signed =
    [
        ["pspReference"], ["originalReference"], ["merchantAccountCode"], ["merchantReference"], ["amount", "value"],
        ["amount", "currency"], ["eventCode"], ["success"],
    ];

    public override IEnumerable<string> Headers => [];

    public override ValueTask<SignatureFault> VerifyAsync(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var items = ItemsOf(document.RootElement);
            return new(items.Count == 0 ? SignatureFault.Missing : items.Max(Verify));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or an escaped lone surrogate, which no text can represent.
            return new(SignatureFault.Malformed);
        }
    }

    /// <summary>The signatures of the items of a body, in their order; empty when it has no items.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public IReadOnlyList<string> SignItems(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Strict);
        return
        [
            .. ItemsOf(document.RootElement)
                .Select(item => Convert.ToBase64String(HMACSHA256.HashData(keys[0], Join(item)))),
        ];
    }

    private static List<JsonElement> ItemsOf(JsonElement body)
    {
        List<JsonElement> found = [];
        if (Find(body, "notificationItems") is { ValueKind: JsonValueKind.Array } items)
        {
            // An element that is no item is kept: it has no signature, so the body is rejected.
            found.AddRange(items.EnumerateArray().Select(item => Find(item, "NotificationRequestItem") ?? item));
        }

        return found;
    }

    private SignatureFault Verify(JsonElement item)
    {
        if (Find(item, "additionalData", "hmacSignature") is not { ValueKind: JsonValueKind.String } text)
        {
            return SignatureFault.Missing;
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(text.GetString()!, given, out var length) || length != given.Length)
        {
            return SignatureFault.Malformed;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var signed = Join(item);
        var isKnown = false;
        foreach (var key in keys)
        {
            HMACSHA256.HashData(key, signed, expected);
            isKnown |= CryptographicOperations.FixedTimeEquals(given, expected);
        }

        return isKnown ? SignatureFault.None : SignatureFault.Wrong;
    }

    private static byte[] Join(JsonElement item) =>
        Encoding.UTF8.GetBytes(string.Join(':', Signed.Select(path => Text(Find(item, path)))));

    private static string Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } token => token.GetRawText(),
        _ => "",
    };

    private static JsonElement? Find(JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return null;
            }
        }

        return value;
    }
}
