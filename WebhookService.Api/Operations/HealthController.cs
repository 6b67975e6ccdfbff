using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using WebhookService.Api.Http;
using WebhookService.Domain;

namespace WebhookService.Api.Operations;

/// <summary>Reports whether the service can keep its promise.</summary>
[Route("")]
[AllowAnonymous]
[WholeServiceOnly]
[DisableRateLimiting]
[Tags("Health")]
[Produces("application/json")]
internal sealed class HealthController(ITransactionIntake intake, TimeProvider clock) : ControllerBase
{
    /// <summary>Check the health of the service</summary>
    /// <remarks>HEALTHY means that a durable write succeeded for this answer, within 500 ms.</remarks>
    /// <response code="200">A durable write succeeded.</response>
    /// <response code="503">The store cannot take a durable write; `reason` says why.</response>
    [HttpGet(Name = "getHealth")]
    [ProducesResponseType<HealthResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<HealthResponse>(StatusCodes.Status503ServiceUnavailable)]
    public async Task<ActionResult<HealthResponse>> Check()
    {
        var health = await intake.ProbeAsync();
        var now = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return health.IsHealthy
            ? new HealthResponse("HEALTHY", now, null)
            : StatusCode(StatusCodes.Status503ServiceUnavailable, new HealthResponse("UNHEALTHY", now, health.Reason));
    }
}
