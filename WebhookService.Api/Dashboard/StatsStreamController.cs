using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;

namespace WebhookService.Api.Dashboard;

/// <summary>Streams the state of the service.</summary>
[Route("v1/stats/stream")]
[Authorize(Policy = Access.Read)]
[Tags("Operations")]
internal sealed class StatsStreamController(StatsStreams streams) : ControllerBase
{
    /// <summary>Stream the statistics</summary>
    /// <remarks>
    /// Server-sent events: first `history` with an array of recent samples, then `sample` for each new one. A slow
    /// reader misses samples. The stream ends when the service stops; connect again.
    /// </remarks>
    /// <response code="200">The stream.</response>
    /// <response code="503">`Dashboard__MaxStreams` readers are already connected.</response>
    [HttpGet(Name = "streamStats")]
    [DisableHttpMetrics]
    [ProducesResponseType<SampleResponse>(StatusCodes.Status200OK, "text/event-stream")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task Read()
    {
        if (!streams.TryEnter())
        {
            await HttpContext.WriteUnavailableAsync("Too many readers of the stream; try again later.");
            return;
        }

        try
        {
            Response.ContentType = "text/event-stream";

            // A proxy that buffers answers would never pass this one on.
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
