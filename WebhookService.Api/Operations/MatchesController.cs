using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Transactions;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Api.Operations;

/// <summary>Counts what a filter finds.</summary>
[Route("v1/stats/matches")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
internal sealed class MatchesController(ITransactionReader reader, IOptions<ReadOptions> options) : ControllerBase
{
    /// <summary>Count the transactions that a filter of the list finds</summary>
    /// <remarks>Up to 10,000 by default, so that no filter reads the whole database.</remarks>
    /// <param name="query">Filters, as for the list; all optional.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The number, and whether there are more.</response>
    /// <response code="400">A query parameter breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read now, or the filter takes too long.</response>
    [HttpGet(Name = "countTransactions")]
    [ProducesResponseType<MatchesResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<MatchesResponse>> Count(
        [FromQuery] MatchesParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var max = options.Value.MaxCount;
        Dictionary<string, string[]> errors = [];
        var filter = query.ReadFilter(errors) with { Limit = max };
        if (errors.Count > 0)
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return new EmptyResult();
        }

        var count = await reader.CountAsync(filter, cancellationToken);
        return new MatchesResponse(Math.Min(count, max), count > max);
    }
}

/// <summary>The query of a count: the filters of the list.</summary>
internal sealed class MatchesParameters : FilterParameters;
