using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;
using WebhookService.Api.Problems;

namespace WebhookService.Api.Security;

/// <summary>
/// Rejects requests that the web server accepts but whose end another server might see elsewhere: a length with a sign,
/// and a transfer coding other than <c>chunked</c> alone (RFC 9112, 6.1 and 6.3).
/// </summary>
internal static class RequestFraming
{
    private static readonly LengthEncoding Length = new();

    /// <summary>Requires a Content-Length to consist of digits; any other is answered 400.</summary>
    /// <remarks>
    /// The web server keeps the parsed number and not the text, so this is the only place that sees the text.
    /// </remarks>
    public static void RequireDigitsInLengths(this KestrelServerOptions options) =>
        options.RequestHeaderEncodingSelector = static name => name == HeaderNames.ContentLength ? Length : null;

    /// <summary>Answers 400 to any other transfer coding, and closes the connection.</summary>
    public static void UseStrictFraming(this IApplicationBuilder app) => app.Use(next => context =>
    {
        var coding = context.Request.Headers.TransferEncoding;
        if (coding.Count == 0 || (coding.Count == 1 && "chunked".Equals(coding[0], StringComparison.OrdinalIgnoreCase)))
        {
            return next(context);
        }

        context.Response.Headers.Connection = "close";
        return context.WriteProblemAsync(
            StatusCodes.Status400BadRequest, "Transfer-Encoding must be absent or chunked, and nothing else.");
    });

    private sealed class LengthEncoding : ASCIIEncoding
    {
        // Digits of the largest length that fits into 64 bits.
        private const int MaxDigits = 19;

        public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
        {
            if (bytes.Length <= MaxDigits && !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return base.GetChars(bytes, chars);
            }

            chars[0] = '?';
            return 1;
        }
    }
}
