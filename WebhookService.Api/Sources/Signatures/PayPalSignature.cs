using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>
/// PayPal's signature: RSA with SHA-256 over the id and the time of the transmission, the id of the webhook and the
/// CRC-32 of the body, by a certificate that PayPal serves.
/// </summary>
internal sealed class PayPalSignature(string webhookId, PayPalCertificates certificates) : SourceSignature
{
    private const string Id = "PAYPAL-TRANSMISSION-ID";
    private const string Time = "PAYPAL-TRANSMISSION-TIME";
    private const string Signature = "PAYPAL-TRANSMISSION-SIG";
    private const string Url = "PAYPAL-CERT-URL";
    private const string Algorithm = "PAYPAL-AUTH-ALGO";
    private const string Sha256 = "SHA256withRSA";

    public override IEnumerable<string> Headers => [Signature];

    public override async ValueTask<SignatureFault> VerifyAsync(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SignatureFault[] faults =
        [
            ReadOne(headers[Id], out var id),
            ReadOne(headers[Time], out var time),
            ReadOne(headers[Signature], out var signature),
            ReadOne(headers[Url], out var url),
            ReadOne(headers[Algorithm], out var algorithm),
        ];
        if (faults.Max() is not SignatureFault.None and var worst)
        {
            return worst;
        }

        var decoded = new byte[signature.Length];
        if (!algorithm.Equals(Sha256, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(signature, decoded, out var length)
            || !certificates.TryAllow(url, out var address))
        {
            return SignatureFault.Malformed;
        }

        // Computed before the wait, after which the body may not be read.
        var signed = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{id}|{time}|{webhookId}|{Crc32.Of(body.Span)}"));
        var certificate = await certificates.FindAsync(address, now, cancellationToken);
        return certificate switch
        {
            null => SignatureFault.Unavailable,
            { Key: { } key } when IsMadeWith(key, signed, decoded.AsSpan(0, length)) => SignatureFault.None,
            _ => SignatureFault.Wrong,
        };
    }

    private static bool IsMadeWith(RSAParameters key, byte[] signed, ReadOnlySpan<byte> signature)
    {
        using var rsa = RSA.Create(key);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
