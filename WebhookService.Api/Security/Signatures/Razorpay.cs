using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Api.Security.Signatures;

/// <summary>
/// Razorpay's signature: HMAC-SHA256 of the body in hexadecimal, keyed with the characters of the secret
/// (https://razorpay.com/docs/webhooks/validate-test/).
/// </summary>
/// <remarks>It signs no time, so an old request passes; it is then a duplicate and has no effect.</remarks>
internal sealed class Razorpay : WebhookScheme
{
    private const int MinSecret = 8;
    private const int MaxSecret = 256;
    private const int HexLength = 2 * HMACSHA256.HashSizeInBytes;

    public override string Name => "Razorpay";

    public override string SignatureHeader => "X-Razorpay-Signature";

    public override string SecretRule => $"{MinSecret} to {MaxSecret} characters without control characters";

    public override bool TryReadSecret(string secret, [NotNullWhen(true)] out byte[]? key)
    {
        key = secret.Length is >= MinSecret and <= MaxSecret
            && !string.IsNullOrWhiteSpace(secret)
            && !secret.Any(char.IsControl)
            ? Encoding.UTF8.GetBytes(secret)
            : null;
        return key is not null;
    }

    public override SignatureFault CheckHeaders(IHeaderDictionary headers, DateTimeOffset now, TimeSpan tolerance)
    {
        var fault = ReadOne(headers[SignatureHeader], out var signature);
        return fault == SignatureFault.None && signature.Length != HexLength ? SignatureFault.Malformed : fault;
    }

    public override bool Verify(ReadOnlySpan<byte[]> keys, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<char> expected = stackalloc char[HexLength];
        var isKnown = false;
        foreach (var key in keys)
        {
            HMACSHA256.HashData(key, body, hash);
            Convert.TryToHexStringLower(hash, expected, out _);
            isKnown |= CryptographicOperations.FixedTimeEquals(
                MemoryMarshal.AsBytes(headers[SignatureHeader].ToString().AsSpan()), MemoryMarshal.AsBytes(expected));
        }

        return isKnown;
    }
}
