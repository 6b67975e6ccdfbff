using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
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

    private void WriteAccepted(HttpResponse response, AddOutcome outcome)
    {
        var isNew = outcome == AddOutcome.Added;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new AcceptedResponse(
                isNew ? "accepted" : "duplicate",
                transaction.TransactionId,
                !isNew,
                outcome == AddOutcome.Conflict ? true : null),
            AcceptedJson.Default.AcceptedResponse);
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.Location = $"/v1/transactions/{transaction.TransactionId}";
        response.BodyWriter.Write(body);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AcceptedResponse))]
internal sealed partial class AcceptedJson : JsonSerializerContext;
