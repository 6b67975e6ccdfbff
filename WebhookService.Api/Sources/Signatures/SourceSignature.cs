using Microsoft.Extensions.Primitives;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>Verifies the signatures of one source.</summary>
internal abstract class SourceSignature
{
    /// <summary>The headers that hold signatures or secrets; they are never stored.</summary>
    public abstract IEnumerable<string> Headers { get; }

    /// <summary>Verifies a request over its raw bytes.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="now">The service's time.</param>
    /// <param name="cancellationToken">Ends a wait, with <see cref="SignatureFault.Unavailable"/>.</param>
    public abstract ValueTask<SignatureFault> VerifyAsync(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The headers that a sender would set, made with the first secret; null when only it can.</summary>
    /// <param name="headers">Headers of the request that may be signed too.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="now">The time of signing.</param>
    public virtual IReadOnlyList<(string Name, string Value)>? Sign(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now) => null;

    /// <summary>Reads a header that must occur exactly once.</summary>
    protected static SignatureFault ReadOne(StringValues header, out string value)
    {
        value = header.Count == 1 ? header[0] ?? "" : "";
        return header.Count > 1 ? SignatureFault.Malformed
            : value.Length == 0 ? SignatureFault.Missing
            : SignatureFault.None;
    }
}
