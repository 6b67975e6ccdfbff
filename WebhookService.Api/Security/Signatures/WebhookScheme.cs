using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace WebhookService.Api.Security.Signatures;

/// <summary>A signature scheme for webhooks. Add one by listing it in <see cref="WebhookSchemes"/>.</summary>
internal abstract class WebhookScheme
{
    /// <summary>The name in the setting and in the challenge.</summary>
    public abstract string Name { get; }

    /// <summary>The header with the signature.</summary>
    public abstract string SignatureHeader { get; }

    /// <summary>The rule for a secret, which completes "Security:WebhookSecrets:0 must be".</summary>
    public abstract string SecretRule { get; }

    public abstract bool TryReadSecret(string secret, [NotNullWhen(true)] out byte[]? key);

    /// <summary>Checks the headers first: if they have a fault, the body need not be read.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="now">The service's time.</param>
    /// <param name="tolerance">Maximum difference between that and the time of signing.</param>
    public abstract SignatureFault CheckHeaders(IHeaderDictionary headers, DateTimeOffset now, TimeSpan tolerance);

    /// <summary>Whether a signature matches the body; the headers have passed <see cref="CheckHeaders"/>.</summary>
    public abstract bool Verify(ReadOnlySpan<byte[]> keys, IHeaderDictionary headers, ReadOnlySpan<byte> body);

    /// <summary>Reads a header that must occur exactly once.</summary>
    protected static SignatureFault ReadOne(StringValues header, out string value)
    {
        value = header.Count == 1 ? header[0] ?? "" : "";
        return header.Count > 1 ? SignatureFault.Malformed
            : value.Length == 0 ? SignatureFault.Missing
            : SignatureFault.None;
    }
}
