using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;

namespace WebhookService.Api.Dashboard;

/// <summary>Shows where the service stands, as it goes.</summary>
[Route("v1/stats/stream")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
public sealed class StatsStreamController(StatsStreams streams) : ControllerBase
{
    /// <summary>Read the figures along</summary>
    /// <remarks>
    /// Server-sent events: first `history` with an array of the samples that are kept, then `sample` for each new one.
    /// A reader that is slow misses samples. It ends when the service stops; connect again.
    /// </remarks>
    /// <response code="200">The stream.</response>
    /// <response code="503">There are as many readers as `Dashboard__MaxStreams` allows.</response>
    [HttpGet(Name = "streamStats")]
    [DisableHttpMetrics]
    [ProducesResponseType<SampleResponse>(StatusCodes.Status200OK, "text/event-stream")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task Read()
    {
        if (!streams.TryEnter())
        {
            await HttpContext.WriteUnavailableAsync("Too many read the figures along; try again later.");
            return;
        }

        try
        {
            Response.ContentType = "text/event-stream";

            // A proxy that gathers an answer before it passes it on would gather for ever.
            Response.Headers["X-Accel-Buffering"] = "no";
            HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await streams.WriteAsync(Response.BodyWriter, HttpContext.RequestAborted);
        }
        finally
        {
            streams.Leave();
        }
    }
}
