using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using WebhookService.Api.Problems;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Api.Security;

/// <summary>Authenticates a reader or operator by API key.</summary>
internal sealed class ApiKeyHandler(ApiKeyRing keys, Refusals refusals) : IAuthenticationHandler
{
    internal const string Missing =
        "This needs a valid API key, as \"Authorization: Bearer …\" or as \"X-Api-Key: …\".";

    private HttpContext _context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        if (keys.Find(_context.Request) is not { } key)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, key.Name), new Claim(Access.ScopeClaim, key.Scope)], Access.ApiKey);
        return Task.FromResult(AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(identity), Access.ApiKey)));
    }

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        Note(ApiKeyRing.ReadText(_context.Request) is null ? "no key" : "unknown key");
        _context.Response.Headers.WWWAuthenticate = "Bearer";
        return _context.WriteProblemAsync(StatusCodes.Status401Unauthorized, Missing);
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        Note("scope");
        _context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{ApiKey.Operate}\"";
        return _context.WriteProblemAsync(
            StatusCodes.Status403Forbidden, $"This needs a key with the scope {ApiKey.Operate}; yours may only read.");
    }

    private void Note(string reason) =>
        refusals.Add("ApiKey", reason, _context.Connection.RemoteIpAddress);
}
