using System.Text.Json;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Writes events as the JSON text that OPENJSON reads, with the place of each body among all bodies.</summary>
internal static class JsonEvents
{
    /// <summary>The events of the rows that have one.</summary>
    public static string Of(IReadOnlyList<AddRequest> rows)
    {
        var start = 0L;
        return JsonList.Write([.. rows.Where(row => row.Event is not null)], (json, row) =>
        {
            var received = row.Event!;
            json.WriteStartObject();
            json.WriteString("id", row.Transaction.TransactionId);
            WriteDetails(json, received.Type, received.Id);
            JsonList.WriteUnlessNull(json, "occurred_at", received.OccurredAt);
            if (received.Payload is { } payload)
            {
                start = WritePayload(json, payload, start);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Each with <c>n</c>, its number from 0, by which its key is found.</summary>
    public static string Of(IReadOnlyList<SentQuarantine> events)
    {
        var start = 0L;
        return JsonList.Write([.. events.Index()], (json, at) =>
        {
            var received = at.Item.Event;
            json.WriteStartObject();
            json.WriteNumber("n", at.Index);
            json.WriteString("source", received.Source);
            json.WriteString("received_at", JsonList.Text(received.ReceivedAt));
            json.WriteString("last_received_at", JsonList.Text(at.Item.LastReceivedAt));
            json.WriteString("reason", received.Reason);
            WriteDetails(json, received.Type, received.EventId);
            json.WriteNumber("times", at.Item.Times);
            json.WriteString("headers", received.Headers);
            start = WritePayload(json, received.Payload, start);
            json.WriteEndObject();
        });
    }

    private static void WriteDetails(Utf8JsonWriter json, string? type, string? id)
    {
        JsonList.WriteUnlessNull(json, "event_type", type);
        JsonList.WriteUnlessNull(json, "event_id", id);
    }

    /// <summary>Returns the start of the next body.</summary>
    private static long WritePayload(Utf8JsonWriter json, EventPayload payload, long start)
    {
        JsonList.WriteUnlessNull(json, "content_type", payload.ContentType);
        json.WriteNumber("body_start", start);
        json.WriteNumber("body_length", payload.Body.Length);
        return start + payload.Body.Length;
    }
}
