using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using WebhookService.Api.Problems;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Api.Security;

/// <summary>Authenticates a sender by the signature of its webhook.</summary>
internal sealed class WebhookSignatureHandler(WebhookVerifier verifier, Refusals refusals) : IAuthenticationHandler
{
    internal const string Refused = "The signature is missing, wrong or stale.";

    // All senders share one identity: the holder of a secret.
    private static readonly Task<AuthenticateResult> Known = Task.FromResult(AuthenticateResult.Success(
        new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Access.Webhook)), Access.Webhook)));

    private HttpContext _context = null!;
    private SignatureFault _fault;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        var checking = verifier.CheckAsync(_context.Request);
        return checking.IsCompletedSuccessfully ? Conclude(checking.Result) : ConcludeAsync(checking);
    }

    // A body that is too large was not verified, so the answer is 413 instead of 401.
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        refusals.Add("Webhook", _fault.ToString(), _context.Connection.RemoteIpAddress);
        if (_fault == SignatureFault.TooLarge)
        {
            return _context.WriteTooLargeAsync(verifier.MaxBodySize);
        }

        _context.Response.Headers.WWWAuthenticate = WebhookVerifier.Scheme;
        return _context.WriteProblemAsync(StatusCodes.Status401Unauthorized, Refused);
    }

    // All senders have the same rights, so a request is never forbidden, only unauthenticated.
    public Task ForbidAsync(AuthenticationProperties? properties) => ChallengeAsync(properties);

    private async Task<AuthenticateResult> ConcludeAsync(ValueTask<SignatureFault> checking) =>
        await Conclude(await checking);

    private Task<AuthenticateResult> Conclude(SignatureFault fault)
    {
        _fault = fault;
        return fault == SignatureFault.None ? Known : Task.FromResult(AuthenticateResult.NoResult());
    }
}
