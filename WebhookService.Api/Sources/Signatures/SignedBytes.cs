using System.Text;
using WebhookService.Api.Sources.Definitions;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>Joins what a signature covers.</summary>
internal static class SignedBytes
{
    /// <summary>The bytes that are signed; the body itself, without a copy, when it is all.</summary>
    /// <returns>The fault of a header that is signed too.</returns>
    public static SignatureFault Join(
        SignatureDefinition definition,
        IHeaderDictionary headers,
        string time,
        string url,
        ReadOnlyMemory<byte> body,
        out ReadOnlyMemory<byte> signed)
    {
        signed = body;
        var parts = definition.Signed.Parts;
        if (parts is [{ Kind: SignedPartKind.Body }])
        {
            return SignatureFault.None;
        }

        var before = new StringBuilder();
        var after = new StringBuilder();
        var text = before;
        foreach (var part in parts)
        {
            var header = part.Kind switch
            {
                SignedPartKind.Header => part.Text,
                SignedPartKind.Id => definition.Id,
                _ => null,
            };
            if (header is not null && headers[header] is not [{ Length: > 0 }])
            {
                return headers[header].Count > 1 ? SignatureFault.Malformed : SignatureFault.Missing;
            }

            text = part.Kind == SignedPartKind.Body ? after : text;
            text.Append(header is not null ? headers[header].ToString() : part.Kind switch
            {
                SignedPartKind.Timestamp => time,
                SignedPartKind.Url => url,
                _ => part.Text,
            });
        }

        var (first, last) = (before.ToString(), after.ToString());
        var joined = new byte[Encoding.UTF8.GetByteCount(first) + body.Length + Encoding.UTF8.GetByteCount(last)];
        var length = Encoding.UTF8.GetBytes(first, joined);
        body.Span.CopyTo(joined.AsSpan(length));
        Encoding.UTF8.GetBytes(last, joined.AsSpan(length + body.Length));
        signed = joined;
        return SignatureFault.None;
    }
}
