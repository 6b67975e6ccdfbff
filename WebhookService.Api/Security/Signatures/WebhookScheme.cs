using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace WebhookService.Api.Security.Signatures;

/// <summary>A way of signing webhooks. Add one by naming it in <see cref="WebhookSchemes"/>.</summary>
internal abstract class WebhookScheme
{
    /// <summary>As the setting and the challenge call it.</summary>
    public abstract string Name { get; }

    /// <summary>The header with the signature.</summary>
    public abstract string SignatureHeader { get; }

    /// <summary>What a secret must be; ends "Security:WebhookSecrets:0 must be".</summary>
    public abstract string SecretRule { get; }

    public abstract bool TryReadSecret(string secret, [NotNullWhen(true)] out byte[]? key);

    /// <summary>What is wrong before the body is looked at: it need not even be read then.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="now">The service's time.</param>
    /// <param name="tolerance">How far the time of signing may lie from it.</param>
    public abstract SignatureFault CheckHeaders(IHeaderDictionary headers, DateTimeOffset now, TimeSpan tolerance);

    /// <summary>Whether the body was signed as it is; the headers passed <see cref="CheckHeaders"/>.</summary>
    public abstract bool Verify(ReadOnlySpan<byte[]> keys, IHeaderDictionary headers, ReadOnlySpan<byte> body);

    /// <summary>Reads a header that must be there once.</summary>
    protected static SignatureFault ReadOne(StringValues header, out string value)
    {
        value = header.Count == 1 ? header[0] ?? "" : "";
        return header.Count > 1 ? SignatureFault.Malformed
            : value.Length == 0 ? SignatureFault.Missing
            : SignatureFault.None;
    }
}
