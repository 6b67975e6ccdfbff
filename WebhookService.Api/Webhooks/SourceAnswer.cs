using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Api.Sources;
using WebhookService.Domain;

namespace WebhookService.Api.Webhooks;

/// <summary>The answer to a provider, written when its body is durable or could not be made so in time.</summary>
internal sealed class SourceAnswer(Source source, SourceAdding adding, SourceActivity activity) : DeferredAnswer
{
    private const string Unavailable =
        "Not every event could be made durable in time. Send the same request again; a repeat is harmless.";

    private const string Full =
        "The quarantine is full (Quarantine:MaxRows), and this event cannot be understood. Send it again later.";

    public override async Task WriteAsync(HttpContext context)
    {
        var result = await adding.WaitAsync();
        if (!result.IsDurable || result.Kept == QuarantineOutcome.Full)
        {
            activity.Note(source.Name, SourceOutcome.Unavailable);
            await context.WriteUnavailableAsync(result.IsDurable ? Full : Unavailable);
            return;
        }

        if (adding.FirstReason is { } reason)
        {
            activity.LogQuarantined(source.Name, reason);
        }

        foreach (var happened in result.Events)
        {
            activity.Note(source.Name, OutcomeOf(happened));
        }

        Write(context.Response, result.Events, source.Definition.Answer);
    }

    /// <summary>Writes what became of a body: one object for one event, a list in an object for several.</summary>
    public static void Write(HttpResponse response, IReadOnlyList<EventResponse> events, int status)
    {
        var body = events.Count switch
        {
            0 => Serialize(EventResponse.Ignored),
            1 => Serialize(events[0]),
            _ => JsonSerializer.SerializeToUtf8Bytes(
                new EventsResponse("accepted", events), EventJson.Default.EventsResponse),
        };
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (events is [{ TransactionId: { } id }])
        {
            response.Headers.Location = $"/v1/transactions/{id}";
        }

        response.BodyWriter.Write(body);
    }

    private static byte[] Serialize(EventResponse happened) =>
        JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Default.EventResponse);

    private static SourceOutcome OutcomeOf(EventResponse happened) => happened switch
    {
        { Conflict: true } => SourceOutcome.Conflict,
        { Duplicate: true } => SourceOutcome.Duplicate,
        { TransactionId: not null } => SourceOutcome.Accepted,
        _ when happened == EventResponse.Ignored => SourceOutcome.Ignored,
        _ => SourceOutcome.Quarantined,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EventResponse))]
[JsonSerializable(typeof(EventsResponse))]
internal sealed partial class EventJson : JsonSerializerContext;
