using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Operations;

/// <summary>Shows where the service stands.</summary>
[Route("v1/stats")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
public sealed class StatsController(StatsReader stats) : ControllerBase
{
    /// <summary>Get counts, depths and rates</summary>
    /// <remarks>
    /// Counts are exact and over all instances; they are kept with the rows, so asking costs the same for ten rows as
    /// for ten million. Depths and rates are those of the instance that answers.
    /// </remarks>
    /// <param name="cancellationToken">Ends the query when the caller hangs up.</param>
    /// <response code="200">Where the service stands.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "getStats")]
    [ProducesResponseType<StatsResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<StatsResponse> Get(CancellationToken cancellationToken) =>
        StatsResponse.From(await stats.ReadAsync(cancellationToken));
}
