using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Dashboard;

/// <summary>Shows how the service did in a past period.</summary>
[Route("v1/stats/history")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
internal sealed class StatsHistoryController(StatsHistory history) : ControllerBase
{
    /// <summary>Get rates and depths of the last hour, day or week</summary>
    /// <remarks>
    /// About 300 points at most by default, from samples that one instance records each minute for all. Samples are
    /// kept for a day, every tenth minute for a week. Where none were recorded, since the service was down or the store
    /// could not be written, one point has only `at`.
    /// </remarks>
    /// <param name="query">The period.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The points, the oldest first; empty when nothing was recorded.</response>
    /// <response code="400">`range` is none of these; `errors` says so.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "getStatsHistory")]
    [ProducesResponseType<HistoryPointResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<IEnumerable<HistoryPointResponse>>> Get(
        [FromQuery] HistoryParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(out var range, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return new EmptyResult();
        }

        return Ok((await history.ReadAsync(range, cancellationToken)).Select(HistoryPointResponse.From));
    }
}
