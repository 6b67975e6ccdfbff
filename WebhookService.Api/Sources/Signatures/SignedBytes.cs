using System.Buffers;
using System.Text;
using WebhookService.Api.Sources.Definitions;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>Joins what a signature covers.</summary>
internal static class SignedBytes
{
    private const int RoomForTexts = 128;

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

        var joined = new ArrayBufferWriter<byte>(body.Length + RoomForTexts);
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

            if (part.Kind == SignedPartKind.Body)
            {
                joined.Write(body.Span);
                continue;
            }

            Encoding.UTF8.GetBytes(header is not null ? headers[header].ToString() : part.Kind switch
            {
                SignedPartKind.Timestamp => time,
                SignedPartKind.Url => url,
                _ => part.Text,
            }, joined);
        }

        signed = joined.WrittenMemory;
        return SignatureFault.None;
    }
}
