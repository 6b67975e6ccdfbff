using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebhookService.Api.Contracts;
using WebhookService.Api.Errors;
using WebhookService.Api.Hosting;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence;

namespace WebhookService.Api.Controllers;

/// <summary>Takes transactions from payment providers.</summary>
/// <remarks>
/// It reads raw bytes and writes raw bytes instead of binding a model: the rules look at the raw tokens, a signature
/// covers the raw body, and the promised half second is not spent on what nobody needs. Its answers are described by
/// <see cref="Documentation.WebhookOperation"/>, since MVC would take a description by attribute for a filter.
/// </remarks>
[Route("v1/webhooks/transactions")]
[Tags("Webhooks")]
public sealed class WebhooksController(ITransactionStore store, IOptions<IntakeOptions> options, TimeProvider clock)
    : ControllerBase
{
    private const string Retry = "Nothing was accepted; send the same request again.";

    /// <summary>Accept a transaction</summary>
    /// <remarks>
    /// Answers 202 within 500 ms, as soon as the transaction is durable; it is processed afterwards. Sending the same
    /// transaction again is harmless: it is answered 202 with `"duplicate": true` and neither stored nor processed
    /// again.
    /// </remarks>
    /// <response code="202">The transaction is on disk and will be processed once.</response>
    /// <response code="400">The body is not a JSON object that can be read.</response>
    /// <response code="413">The body is larger than 16 KiB.</response>
    /// <response code="415">The content type is not JSON.</response>
    /// <response code="422">A field is missing or breaks its rule; `errors` names it.</response>
    /// <response code="503">It could not be made durable in time. Nothing was accepted; send it again.</response>
    [HttpPost]
    [NeverBlocks]
    public async Task Receive()
    {
        if (MediaType.FindFault(Request) is { } fault)
        {
            await HttpContext.WriteProblemAsync(StatusCodes.Status415UnsupportedMediaType, fault);
            return;
        }

        var parsed = await RequestBody.ReadAsync(Request, options.Value.MaxBodySize, clock);
        if (parsed?.Transaction is not { } transaction)
        {
            await RefuseAsync(parsed);
            return;
        }

        // The deadline counts from here, the last body byte. A sender that hangs up changes nothing any more.
        var outcome = await store.AddAsync(transaction);
        if (outcome == AddOutcome.Unavailable)
        {
            await HttpContext.WriteUnavailableAsync($"The transaction could not be made durable in time. {Retry}");
            return;
        }

        WriteAccepted(transaction.TransactionId, outcome);
    }

    private Task RefuseAsync(ParsedTransaction? parsed) => parsed switch
    {
        null => HttpContext.WriteProblemAsync(
            StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.Value.MaxBodySize} bytes."),
        { MalformedDetail: { } detail } => HttpContext.WriteProblemAsync(StatusCodes.Status400BadRequest, detail),
        { Errors: var errors } => HttpContext.WriteProblemAsync(
            StatusCodes.Status422UnprocessableEntity, "One or more fields break a rule.", errors),
    };

    // Written straight into the response buffer. The id needs no escaping: its rule allows no such character.
    private void WriteAccepted(string transactionId, AddOutcome outcome)
    {
        var tail = outcome switch
        {
            AddOutcome.Added => "\",\"duplicate\":false}"u8,
            AddOutcome.Duplicate => "\",\"duplicate\":true}"u8,
            _ => "\",\"duplicate\":true,\"conflict\":true}"u8,
        };
        var head = outcome == AddOutcome.Added
            ? "{\"message\":\"accepted\",\"transaction_id\":\""u8
            : "{\"message\":\"duplicate\",\"transaction_id\":\""u8;
        var length = head.Length + transactionId.Length + tail.Length;

        Response.StatusCode = StatusCodes.Status202Accepted;
        Response.ContentType = "application/json";
        Response.ContentLength = length;
        Response.Headers.Location = $"/v1/transactions/{transactionId}";
        var buffer = Response.BodyWriter.GetSpan(length);
        head.CopyTo(buffer);
        Encoding.ASCII.GetBytes(transactionId, buffer[head.Length..]);
        tail.CopyTo(buffer[(head.Length + transactionId.Length)..]);
        Response.BodyWriter.Advance(length);
    }
}
