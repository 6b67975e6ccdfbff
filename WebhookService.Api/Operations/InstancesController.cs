using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Operations;

/// <summary>Lists the instances.</summary>
[Route("v1/instances")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
internal sealed class InstancesController(ITransactionReader reader) : ControllerBase
{
    /// <summary>List the instances that share the database</summary>
    /// <remarks>
    /// Ordered by start, latest first. A killed instance stays listed for `Instance__Retention`. On SQLite, the only
    /// instance is the one that answers, and its heartbeat is the last health check.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The instances.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "listInstances")]
    [ProducesResponseType<InstanceResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<IEnumerable<InstanceResponse>> List(CancellationToken cancellationToken) =>
        (await reader.ListInstancesAsync(cancellationToken)).Select(InstanceResponse.From);
}
