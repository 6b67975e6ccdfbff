using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Operations;

/// <summary>Shows which instances there are.</summary>
[Route("v1/instances")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
[Produces("application/json")]
public sealed class InstancesController(ITransactionReader reader) : ControllerBase
{
    /// <summary>List the instances that share the database</summary>
    /// <remarks>
    /// The latest start first. One that was killed stays listed for `Instance__Retention`. On SQLite there is only the
    /// one that answers, and its heartbeat is the last health check.
    /// </remarks>
    /// <param name="cancellationToken">Ends the query when the caller hangs up.</param>
    /// <response code="200">The instances.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "listInstances")]
    [ProducesResponseType<InstanceResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<IEnumerable<InstanceResponse>> List(CancellationToken cancellationToken) =>
        (await reader.ListInstancesAsync(cancellationToken)).Select(InstanceResponse.From);
}
