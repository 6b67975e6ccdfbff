using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Operations;

/// <summary>Shows the state of the service.</summary>
[Route("v1/stats")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
internal sealed class StatsController(StatsReader stats) : ControllerBase
{
    /// <summary>Get counts, depths and rates</summary>
    /// <remarks>
    /// Counts are exact and cover all instances; they are maintained with the rows, so a call costs the same for ten
    /// rows as for ten million. Depths and rates are those of the instance that answers.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The state of the service.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "getStats")]
    [ProducesResponseType<StatsResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<StatsResponse> Get(CancellationToken cancellationToken) =>
        StatsResponse.From(await stats.ReadAsync(cancellationToken));
}
