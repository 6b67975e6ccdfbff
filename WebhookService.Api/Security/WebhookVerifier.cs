using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using WebhookService.Api.Http;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Security;

/// <summary>
/// Verifies the signature of a transaction with the configured secrets, as Standard Webhooks 1.0.0 specifies: the id,
/// the time and the body are signed together.
/// </summary>
internal sealed class WebhookVerifier
{
    /// <summary>The name of the scheme, in the challenge.</summary>
    public const string Scheme = "StandardWebhooks";

    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string Id = "webhook-id";
    private const string Timestamp = "webhook-timestamp";

    // A longer number of seconds is not a valid time.
    private const int MaxDigits = 11;

    private volatile byte[][] _keys;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _clock;

    public WebhookVerifier(IOptions<SecurityOptions> security, IOptions<IntakeOptions> intake, TimeProvider clock)
    {
        _keys = Read(security.Value.WebhookSecrets);
        _tolerance = security.Value.SignatureTolerance;
        MaxBodySize = intake.Value.MaxBodySize;
        _clock = clock;
    }

    public int MaxBodySize { get; }

    /// <summary>Whether signatures are verified; without a secret, anyone may send.</summary>
    public bool IsOn => _keys.Length > 0;

    /// <summary>Replaces all secrets at once; requests that have begun are verified with the old ones.</summary>
    /// <param name="secrets">The new secrets, which are valid.</param>
    public void Replace(IEnumerable<string> secrets) => _keys = Read(secrets);

    /// <summary>Verifies the headers and the body before anything is parsed; the body can be read again.</summary>
    /// <exception cref="BadHttpRequestException">The body does not match its headers.</exception>
    public async ValueTask<SignatureFault> CheckAsync(HttpRequest request)
    {
        // If the headers have a fault, the body need not be read.
        var fault = CheckHeaders(request.Headers);
        return fault == SignatureFault.None
            ? await RequestBody.PeekAsync(request, MaxBodySize, (_keys, request.Headers), Verify)
                ?? SignatureFault.TooLarge
            : fault;
    }

    private static byte[][] Read(IEnumerable<string> secrets) =>
    [
        .. secrets.Select(
            secret => WebhookSignature.TryReadSecret(secret, out var key) ? key : throw new FormatException()),
    ];

    private static SignatureFault Verify(
        ReadOnlySequence<byte> body, (byte[][] Keys, IHeaderDictionary Headers) signed)
    {
        var headers = signed.Headers;
        return WebhookSignature.Verify(
            signed.Keys,
            headers[Id].ToString(),
            headers[Timestamp].ToString(),
            RequestBody.InOnePiece(body),
            headers[SignatureHeader].ToString())
            ? SignatureFault.None
            : SignatureFault.Wrong;
    }

    private SignatureFault CheckHeaders(IHeaderDictionary headers)
    {
        var time = headers[Timestamp];
        var fault = Worst(CheckOne(headers[Id]), CheckOne(time), CheckOne(headers[SignatureHeader]));
        if (fault != SignatureFault.None)
        {
            return fault;
        }

        var digits = time.ToString();
        if (digits.Length > MaxDigits
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var signedAt))
        {
            return SignatureFault.Malformed;
        }

        // In whole seconds, as the reference implementations do.
        var age = _clock.GetUtcNow().ToUnixTimeSeconds() - signedAt;
        return age > _tolerance.TotalSeconds ? SignatureFault.Stale
            : -age > _tolerance.TotalSeconds ? SignatureFault.Early
            : SignatureFault.None;
    }

    private static SignatureFault CheckOne(StringValues header) =>
        header.Count > 1 ? SignatureFault.Malformed
        : StringValues.IsNullOrEmpty(header) ? SignatureFault.Missing
        : SignatureFault.None;

    private static SignatureFault Worst(SignatureFault first, SignatureFault second, SignatureFault third) =>
        (SignatureFault)Math.Max((int)first, Math.Max((int)second, (int)third));
}
