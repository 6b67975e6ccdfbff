using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Api.Operations;

/// <summary>Shows callers their identity.</summary>
[Route("v1/access")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
internal sealed class AccessController : ControllerBase
{
    /// <summary>Get the name and scope of the caller's key</summary>
    /// <remarks>If no key is required, `name` is null and everything is allowed.</remarks>
    /// <response code="200">The key's name and scope.</response>
    [HttpGet(Name = "getAccess")]
    [ProducesResponseType<AccessResponse>(StatusCodes.Status200OK)]
    public AccessResponse Get() => new(
        User.Identity?.Name,
        User.Identity is { IsAuthenticated: true } ? User.FindFirst(Access.ScopeClaim)!.Value : ApiKey.Operate);
}
