using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Api.Operations;

/// <summary>Tells callers who they are.</summary>
[Route("v1/access")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
public sealed class AccessController : ControllerBase
{
    /// <summary>Get what the caller's key may</summary>
    /// <remarks>Where no key is needed, `name` is null and everything is allowed.</remarks>
    /// <response code="200">The key's name and scope.</response>
    [HttpGet(Name = "getAccess")]
    [ProducesResponseType<AccessResponse>(StatusCodes.Status200OK)]
    public AccessResponse Get() => new(
        User.Identity?.Name,
        User.Identity is { IsAuthenticated: true } ? User.FindFirst(Access.ScopeClaim)!.Value : ApiKey.Operate);
}
