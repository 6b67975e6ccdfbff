using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;

namespace WebhookService.Api.Operations;

/// <summary>Lists the sources.</summary>
[Route("v1/sources")]
[Authorize(Policy = Access.Read)]
[Tags("Sources")]
[Produces("application/json")]
internal sealed class SourcesController(SourceReport report) : ControllerBase
{
    /// <summary>List the configured sources</summary>
    /// <remarks>Counts are those of the instance that answers, since its start. No secret is shown.</remarks>
    /// <response code="200">The sources, by name.</response>
    [HttpGet(Name = "listSources")]
    [ProducesResponseType<SourceResponse[]>(StatusCodes.Status200OK)]
    public IEnumerable<SourceResponse> List() => report.Read();
}
