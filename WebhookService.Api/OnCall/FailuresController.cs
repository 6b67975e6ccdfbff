using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.OnCall;

/// <summary>Groups failed transactions by what failed.</summary>
[Route("v1/failures")]
[Authorize(Policy = Access.Read)]
[Tags("On call")]
[Produces("application/json")]
internal sealed class FailuresController(ITransactionReader reader) : ControllerBase
{
    private const int MaxGroups = 200;

    /// <summary>Group the failed transactions, the largest group first</summary>
    /// <remarks>
    /// By the reason, the status code of the last attempt, and the source; at most 200 groups. A group is retried by
    /// `POST /v1/transactions/retry` with `failure_reason` and `source`.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The groups, an array; empty when none has failed.</response>
    /// <response code="503">The store cannot be read now, or there are too many to count in time.</response>
    [HttpGet(Name = "listFailures")]
    [ProducesResponseType<FailureResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<IEnumerable<FailureResponse>> List(CancellationToken cancellationToken) =>
        (await reader.ListFailuresAsync(MaxGroups, cancellationToken)).Select(FailureResponse.From);
}
