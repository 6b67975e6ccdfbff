using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Domain;

/// <summary>
/// The symmetric signature of Standard Webhooks 1.0.0, version <c>v1</c>
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
/// </summary>
public static class WebhookSignature
{
    /// <summary>The rule for a secret, for a sentence that begins "must be".</summary>
    public const string SecretRule = "24 to 64 bytes in base64, with or without the prefix whsec_";

    private const string Prefix = "whsec_";
    private const string Version = "v1,";
    private const int MinSecret = 24;
    private const int MaxSecret = 64;

    // Base64 of a SHA-256 hash, which has 32 bytes.
    private const int EncodedLength = 44;

    /// <summary>Reads a secret of the form <c>whsec_…</c>; the prefix is optional, as elsewhere.</summary>
    public static bool TryReadSecret(string secret, [NotNullWhen(true)] out byte[]? key)
    {
        ArgumentNullException.ThrowIfNull(secret);
        key = null;
        var encoded = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var buffer = new byte[encoded.Length];
        if (Convert.TryFromBase64String(encoded, buffer, out var length) && length is >= MinSecret and <= MaxSecret)
        {
            key = buffer[..length];
        }

        return key is not null;
    }

    /// <summary>The value of <c>webhook-signature</c>: one signature for each key.</summary>
    public static string Sign(IEnumerable<byte[]> keys, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var signed = Join(id, unixSeconds.ToString(CultureInfo.InvariantCulture), body);
        return string.Join(' ', keys.Select(key => Version + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }

    /// <summary>Whether any of the signatures was made with any of the keys; in constant time for each pair.</summary>
    /// <param name="keys">The currently valid secrets: more than one during rotation.</param>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>, as it was sent.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="signatures">
    /// The value of <c>webhook-signature</c>: signatures separated by spaces. Versions other than <c>v1</c> are
    /// ignored.
    /// </param>
    public static bool Verify(
        ReadOnlySpan<byte[]> keys, string id, string timestamp, ReadOnlySpan<byte> body, ReadOnlySpan<char> signatures)
    {
        var signed = Join(id, timestamp, body);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<char> expected = stackalloc char[EncodedLength];
        var isKnown = false;
        foreach (var key in keys)
        {
            HMACSHA256.HashData(key, signed, hash);
            Convert.TryToBase64Chars(hash, expected, out _);
            foreach (var part in signatures.Split(' '))
            {
                var signature = signatures[part];
                isKnown |= signature.StartsWith(Version, StringComparison.Ordinal)
                    && CryptographicOperations.FixedTimeEquals(
                        MemoryMarshal.AsBytes(signature[Version.Length..]), MemoryMarshal.AsBytes(expected));
            }
        }

        return isKnown;
    }

    private static byte[] Join(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var prefix = $"{id}.{timestamp}.";
        var signed = new byte[Encoding.UTF8.GetByteCount(prefix) + body.Length];
        body.CopyTo(signed.AsSpan(Encoding.UTF8.GetBytes(prefix, signed)));
        return signed;
    }
}
