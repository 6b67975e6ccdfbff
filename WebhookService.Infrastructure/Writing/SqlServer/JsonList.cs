using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Writes a list as the JSON text that OPENJSON reads.</summary>
internal static class JsonList
{
    public static string Of(IReadOnlyList<AddRequest> rows, long instance) =>
        Write(rows, (json, row) => WriteRow(json, row, instance));

    public static string Of(IReadOnlyList<Completion> completions) => Write(completions, WriteCompletion);

    public static string Of(IReadOnlyList<OrphanedClaim> claims) => Write(claims, static (json, orphan) =>
    {
        json.WriteStartObject();
        json.WriteString("id", orphan.TransactionId);
        json.WriteNumber("claim", orphan.Claim);
        json.WriteEndObject();
    });

    public static string Of(IReadOnlyList<FailedRound> rounds) => Write(rounds, static (json, round) =>
    {
        json.WriteStartObject();
        json.WriteString("id", round.TransactionId);
        json.WriteNumber("attempts", round.Attempts);
        json.WriteEndObject();
    });

    public static string Of(IReadOnlyList<string> texts) =>
        Write(texts, static (json, text) => json.WriteStringValue(text));

    public static string Of(IReadOnlyList<long> numbers) =>
        Write(numbers, static (json, number) => json.WriteNumberValue(number));

    /// <summary>Each with <c>n</c>, its number from 0, by which its hash is found.</summary>
    public static string Of(IReadOnlyList<SentConflict> conflicts) =>
        Write([.. conflicts.Index()], static (json, at) => WriteConflict(json, at.Index, at.Item));

    /// <summary>Each with <c>n</c>, its number from 0, by which its hash is found.</summary>
    public static string Of(IReadOnlyList<PrunedContent> rows) =>
        Write([.. rows.Index()], static (json, at) =>
        {
            json.WriteStartObject();
            json.WriteNumber("n", at.Index);
            json.WriteNumber("sequence", at.Item.Sequence);
            json.WriteEndObject();
        });

    private static void WriteRow(Utf8JsonWriter json, AddRequest row, long instance)
    {
        var transaction = row.Transaction;
        json.WriteStartObject();
        WriteContent(json, transaction);
        json.WriteString("created_at", Text(transaction.CreatedAt));
        WriteUnlessNull(json, "trace_parent", transaction.TraceParent);
        WriteUnlessNull(json, "source_name", transaction.Source);
        if (row.IsReserved)
        {
            json.WriteNumber("claimed_by", instance);
        }

        json.WriteEndObject();
    }

    private static void WriteConflict(Utf8JsonWriter json, int number, SentConflict conflict)
    {
        json.WriteStartObject();
        WriteContent(json, conflict.Transaction);
        json.WriteNumber("n", number);
        json.WriteString("received_at", Text(conflict.Transaction.CreatedAt));
        json.WriteNumber("times", conflict.Times);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, Transaction transaction)
    {
        json.WriteString("id", transaction.TransactionId);
        json.WriteString("source", transaction.SourceAccount);
        json.WriteString("destination", transaction.DestinationAccount);
        json.WriteNumber("amount", transaction.Amount);
        json.WriteString("currency", transaction.Currency);
    }

    private static void WriteCompletion(Utf8JsonWriter json, Completion completion)
    {
        json.WriteStartObject();
        json.WriteString("id", completion.TransactionId);
        json.WriteNumber("claim", completion.Claim);
        json.WriteString("status", TransactionStatusNames.ToName(completion.Status));
        WriteUnlessNull(json, "processed_at", completion.ProcessedAt);
        WriteUnlessNull(json, "reason", completion.FailureReason);
        WriteUnlessNull(json, "next_attempt_at", completion.NextAttemptAt);
        json.WriteString("started_at", Text(completion.Attempt.StartedAt));
        json.WriteNumber("duration", (long)completion.Attempt.Duration.TotalMilliseconds);
        json.WriteString("outcome", AttemptOutcomeNames.ToName(completion.Attempt.Outcome));
        WriteUnlessNull(json, "detail", completion.Attempt.Detail);
        if (completion.Attempt.HttpStatus is { } status)
        {
            json.WriteNumber("http_status", status);
        }

        json.WriteEndObject();
    }

    public static void WriteUnlessNull(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        WriteUnlessNull(json, name, time is { } known ? Text(known) : null);

    public static void WriteUnlessNull(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    // Truncated to microseconds here, since the column would round.
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture);

    public static string Write<T>(IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
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
