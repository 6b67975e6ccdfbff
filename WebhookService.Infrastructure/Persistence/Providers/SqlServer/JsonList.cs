using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers.SqlServer;

/// <summary>Writes a list as the JSON text that OPENJSON reads.</summary>
internal static class JsonList
{
    public static string Of(IReadOnlyList<AddRequest> rows, long instance) =>
        Write(rows, (json, row) => WriteRow(json, row, instance));

    public static string Of(IReadOnlyList<Completion> completions) => Write(completions, WriteCompletion);

    public static string Of(IReadOnlyList<string> texts) =>
        Write(texts, static (json, text) => json.WriteStringValue(text));

    private static void WriteRow(Utf8JsonWriter json, AddRequest row, long instance)
    {
        var transaction = row.Transaction;
        json.WriteStartObject();
        json.WriteString("id", transaction.TransactionId);
        json.WriteString("source", transaction.SourceAccount);
        json.WriteString("destination", transaction.DestinationAccount);
        json.WriteNumber("amount", transaction.Amount);
        json.WriteString("currency", transaction.Currency);
        json.WriteString("created_at", Text(transaction.CreatedAt));
        if (row.IsReserved)
        {
            json.WriteNumber("claimed_by", instance);
        }

        json.WriteEndObject();
    }

    private static void WriteCompletion(Utf8JsonWriter json, Completion completion)
    {
        json.WriteStartObject();
        json.WriteString("id", completion.TransactionId);
        json.WriteString("status", TransactionStatusNames.ToName(completion.Status));
        json.WriteString("processed_at", Text(completion.ProcessedAt));
        if (completion.FailureReason is { } reason)
        {
            json.WriteString("reason", reason);
        }

        json.WriteEndObject();
    }

    // Cut to microseconds here: the column would round what is finer.
    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture);

    private static string Write<T>(IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                write(json, item);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
