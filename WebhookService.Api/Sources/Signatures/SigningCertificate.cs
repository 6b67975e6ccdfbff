using System.Security.Cryptography;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>A certificate that was fetched.</summary>
/// <param name="Key">Its public key; null when it is not trusted.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record SigningCertificate(RSAParameters? Key, DateTimeOffset ExpiresAt)
{
    public static SigningCertificate Untrusted { get; } = new(null, DateTimeOffset.MinValue);
}
