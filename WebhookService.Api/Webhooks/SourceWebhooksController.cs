using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Http;

namespace WebhookService.Api.Webhooks;

/// <summary>Receives webhooks as payment providers send them.</summary>
/// <remarks>
/// Each source has its own signature, which <see cref="SourceReceiver"/> verifies; so the action has no policy.
/// <c>SourceOperation</c> describes its body and answers.
/// </remarks>
[Route("v1/webhooks/{source}")]
[Tags("Webhooks")]
internal sealed class SourceWebhooksController(SourceReceiver receiver) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string ReceiveOperation = "receiveEvent";

    /// <summary>Receive a provider's webhook</summary>
    /// <remarks>
    /// The body is the provider's own. Its signature is verified over the raw bytes; its events are mapped to
    /// transactions and answered when those are durable. A type that the source does not take is ignored. A body that
    /// cannot be understood is kept in the quarantine.
    /// </remarks>
    /// <param name="source">The name of a configured source.</param>
    /// <response code="202">Every event is on disk, or was ignored. A provider that requires 200 gets it.</response>
    /// <response code="401">The signature is missing, wrong or stale. Nothing was kept.</response>
    /// <response code="404">No source has this name.</response>
    /// <response code="413">The body is larger than the source's limit.</response>
    /// <response code="429">Too many requests from this address; Retry-After has the seconds to wait.</response>
    /// <response code="503">It could not be made durable in time. Nothing was accepted; send it again.</response>
    [HttpPost(Name = ReceiveOperation)]
    [NeverBlocks]
    public Task Receive(string source) => receiver.ReceiveAsync(HttpContext, source);
}
