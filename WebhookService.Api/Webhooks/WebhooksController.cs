using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Webhooks;

/// <summary>Receives transactions from payment providers.</summary>
/// <remarks>
/// It reads raw bytes instead of binding a model: the rules apply to raw tokens, a signature covers the raw body, and
/// model binding would use up part of the promised half second. The action ends before its transaction is durable;
/// <see cref="AddAnswer"/> waits for that and answers. <c>WebhookOperation</c> describes the answers, since MVC would
/// treat attributes for them as filters.
/// </remarks>
[Route("v1/webhooks/transactions")]
[Tags("Webhooks")]
internal sealed class WebhooksController(
    ITransactionIntake intake,
    IOptions<IntakeOptions> options,
    LatencyMeter latency,
    WebhookMetrics metrics,
    TimeProvider clock) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string AcceptOperation = "acceptTransaction";

    private const string Check = "Body";

    /// <summary>Accept a transaction</summary>
    /// <remarks>
    /// Answers 202 within 500 ms, as soon as the transaction is durable; it is processed afterwards. Sending the same
    /// transaction again is harmless: it is answered 202 with `"duplicate": true` and neither stored nor processed
    /// again.
    /// </remarks>
    /// <response code="202">The transaction is on disk and will be processed once.</response>
    /// <response code="400">The body is not valid JSON, or repeats a member name.</response>
    /// <response code="401">The signature is missing, wrong or stale.</response>
    /// <response code="413">The body is larger than 16 KiB.</response>
    /// <response code="415">The content type is not JSON.</response>
    /// <response code="422">A field is missing or breaks its rule; `errors` names it.</response>
    /// <response code="429">Too many requests from this address; Retry-After has the seconds to wait.</response>
    /// <response code="503">It could not be made durable in time. Nothing was accepted; send it again.</response>
    [HttpPost(Name = AcceptOperation)]
    [Authorize(Policy = Access.Send)]
    [NeverBlocks]
    public Task Receive()
    {
        if (MediaType.FindFault(Request) is { } fault)
        {
            metrics.Refused(Check, "MediaType");
            return HttpContext.WriteProblemAsync(StatusCodes.Status415UnsupportedMediaType, fault);
        }

        // Most bodies arrive with their headers, so that nothing here has to wait.
        var reading = TransactionParser.ReadAsync(Request, options.Value.MaxBodySize, clock);
        return reading.IsCompletedSuccessfully ? Add(reading.Result) : AddAsync(reading);
    }

    private async Task AddAsync(ValueTask<ParsedTransaction?> reading) => await Add(await reading);

    private Task Add(ParsedTransaction? parsed)
    {
        if (parsed?.Transaction is not { } transaction)
        {
            return RefuseAsync(parsed);
        }

        // The deadline begins here, at the last body byte. From now on, a sender that disconnects has no effect.
        var begun = latency.Begin();
        HttpContext.Defer(new AddAnswer(transaction, intake.AddAsync(transaction), latency, begun));
        return Task.CompletedTask;
    }

    private Task RefuseAsync(ParsedTransaction? parsed)
    {
        switch (parsed)
        {
            case null:
                metrics.Refused(Check, "TooLarge");
                return HttpContext.WriteTooLargeAsync(options.Value.MaxBodySize);
            case { MalformedDetail: { } detail }:
                metrics.Refused(Check, "Malformed");
                return HttpContext.WriteProblemAsync(StatusCodes.Status400BadRequest, detail);
            default:
                metrics.Refused(Check, "Fields");
                return HttpContext.WriteProblemAsync(
                    StatusCodes.Status422UnprocessableEntity, "One or more fields break a rule.", parsed.Value.Errors);
        }
    }
}
