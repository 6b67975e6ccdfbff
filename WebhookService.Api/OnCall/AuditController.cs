using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Domain.Operations;

namespace WebhookService.Api.OnCall;

/// <summary>Lists what operators did.</summary>
[Route("v1/audit")]
[Authorize(Policy = Access.Read)]
[Tags("On call")]
[Produces("application/json")]
internal sealed class AuditController(IAuditReader reader) : ControllerBase
{
    /// <summary>List the actions of operators, newest first</summary>
    /// <remarks>The `Link` header with `rel="next"` has the address of the next page, if there is one.</remarks>
    /// <param name="query">Filter and page; all optional.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The page, an array; empty when nothing matches.</response>
    /// <response code="400">A query parameter breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "listAudit")]
    [ProducesResponseType<AuditResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<IEnumerable<AuditResponse>>> List(
        [FromQuery] AuditParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(out var page, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return new EmptyResult();
        }

        var entries = await reader.ListAsync(page.Target, page.Before, page.Limit, cancellationToken);
        if (entries.Count > page.Limit)
        {
            Response.Headers.Link = query.LinkAfter(Request, entries[page.Limit - 1].Id);
        }

        return Ok(entries.Take(page.Limit).Select(AuditResponse.From));
    }
}
