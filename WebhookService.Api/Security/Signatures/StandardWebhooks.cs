using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WebhookService.Domain;

namespace WebhookService.Api.Security.Signatures;

/// <summary>Standard Webhooks 1.0.0: the id, the time and the body are signed together.</summary>
internal sealed class StandardWebhooks : WebhookScheme
{
    private const string Id = "webhook-id";
    private const string Timestamp = "webhook-timestamp";

    // A longer number of seconds is not a valid time.
    private const int MaxDigits = 11;

    public override string Name => "StandardWebhooks";

    public override string SignatureHeader => "webhook-signature";

    public override string SecretRule => WebhookSignature.SecretRule;

    public override bool TryReadSecret(string secret, [NotNullWhen(true)] out byte[]? key) =>
        WebhookSignature.TryReadSecret(secret, out key);

    public override SignatureFault CheckHeaders(IHeaderDictionary headers, DateTimeOffset now, TimeSpan tolerance)
    {
        var fault = Worst(
            ReadOne(headers[Id], out _),
            ReadOne(headers[Timestamp], out var time),
            ReadOne(headers[SignatureHeader], out _));
        if (fault != SignatureFault.None)
        {
            return fault;
        }

        if (time.Length > MaxDigits
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var signedAt))
        {
            return SignatureFault.Malformed;
        }

        // In whole seconds, as the reference implementations do.
        var age = now.ToUnixTimeSeconds() - signedAt;
        return age > tolerance.TotalSeconds ? SignatureFault.Stale
            : -age > tolerance.TotalSeconds ? SignatureFault.Early
            : SignatureFault.None;
    }

    public override bool Verify(ReadOnlySpan<byte[]> keys, IHeaderDictionary headers, ReadOnlySpan<byte> body) =>
        WebhookSignature.Verify(
            keys, headers[Id].ToString(), headers[Timestamp].ToString(), body, headers[SignatureHeader].ToString());

    private static SignatureFault Worst(SignatureFault first, SignatureFault second, SignatureFault third) =>
        (SignatureFault)Math.Max((int)first, Math.Max((int)second, (int)third));
}
