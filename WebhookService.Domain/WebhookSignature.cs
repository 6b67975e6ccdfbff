using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Domain;

/// <summary>
/// The symmetric signature of Standard Webhooks 1.0.0
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
/// </summary>
public static class WebhookSignature
{
    /// <summary>What follows the prefix of a secret.</summary>
    public const string SecretRule = "24 to 64 bytes in base64";

    private const string Prefix = "whsec_";
    private const int MinSecret = 24;
    private const int MaxSecret = 64;

    /// <summary>Reads a secret of the form <c>whsec_…</c>.</summary>
    public static bool TryReadSecret(string secret, [NotNullWhen(true)] out byte[]? key)
    {
        ArgumentNullException.ThrowIfNull(secret);
        key = null;
        var buffer = new byte[secret.Length];
        if (secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], buffer, out var length)
            && length is >= MinSecret and <= MaxSecret)
        {
            key = buffer[..length];
        }

        return key is not null;
    }

    /// <summary>The value of <c>webhook-signature</c>: one signature for each key.</summary>
    public static string Sign(IEnumerable<byte[]> keys, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.");
        byte[] signed = [.. Encoding.UTF8.GetBytes(prefix), .. body];
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }
}
