using System.Text;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Webhooks;

/// <summary>The answer to a sender, written when its transaction is durable or could not be made so in time.</summary>
internal sealed class AddAnswer(
    Transaction transaction, ValueTask<AddOutcome> adding, LatencyMeter latency, long begun) : DeferredAnswer
{
    private const string Unavailable =
        "The transaction could not be made durable in time. Nothing was accepted; send the same request again.";

    public override async Task WriteAsync(HttpContext context)
    {
        var outcome = await adding;
        latency.End(begun, outcome);
        WebhookTracing.NoteAdded(transaction, outcome);
        if (outcome == AddOutcome.Unavailable)
        {
            await context.WriteUnavailableAsync(Unavailable);
            return;
        }

        WriteAccepted(context.Response, outcome);
    }

    // Written directly into the response buffer. The id needs no escaping: its rule allows no such character.
    private void WriteAccepted(HttpResponse response, AddOutcome outcome)
    {
        var transactionId = transaction.TransactionId;
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

        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = "application/json";
        response.ContentLength = length;
        response.Headers.Location = $"/v1/transactions/{transactionId}";
        var buffer = response.BodyWriter.GetSpan(length);
        head.CopyTo(buffer);
        Encoding.ASCII.GetBytes(transactionId, buffer[head.Length..]);
        tail.CopyTo(buffer[(head.Length + transactionId.Length)..]);
        response.BodyWriter.Advance(length);
    }
}
