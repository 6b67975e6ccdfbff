using System.Buffers;
using Microsoft.Extensions.Options;
using WebhookService.Api.Http;
using WebhookService.Api.Security.Signatures;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Security;

/// <summary>Verifies the signature of a request with the configured scheme and secrets.</summary>
internal sealed class WebhookVerifier
{
    private readonly byte[][] _keys;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _clock;

    public WebhookVerifier(IOptions<SecurityOptions> security, IOptions<IntakeOptions> intake, TimeProvider clock)
    {
        Scheme = WebhookSchemes.Find(security.Value.WebhookScheme) ?? throw new FormatException();
        _keys =
        [
            .. security.Value.WebhookSecrets.Select(
                secret => Scheme.TryReadSecret(secret, out var key) ? key : throw new FormatException()),
        ];
        _tolerance = security.Value.SignatureTolerance;
        MaxBodySize = intake.Value.MaxBodySize;
        _clock = clock;
    }

    public WebhookScheme Scheme { get; }

    public int MaxBodySize { get; }

    /// <summary>Whether signatures are verified; without a secret, anyone may send.</summary>
    public bool IsOn => _keys.Length > 0;

    /// <summary>Verifies the headers and the body before anything is parsed; the body can be read again.</summary>
    /// <exception cref="BadHttpRequestException">The body does not match its headers.</exception>
    public async ValueTask<SignatureFault> CheckAsync(HttpRequest request)
    {
        var fault = Scheme.CheckHeaders(request.Headers, _clock.GetUtcNow(), _tolerance);
        return fault == SignatureFault.None
            ? await RequestBody.PeekAsync(request, MaxBodySize, (Verifier: this, request.Headers), Verify)
                ?? SignatureFault.TooLarge
            : fault;
    }

    private static SignatureFault Verify(
        ReadOnlySequence<byte> body, (WebhookVerifier Verifier, IHeaderDictionary Headers) signed) =>
        signed.Verifier.Scheme.Verify(signed.Verifier._keys, signed.Headers, RequestBody.InOnePiece(body))
            ? SignatureFault.None
            : SignatureFault.Wrong;
}
