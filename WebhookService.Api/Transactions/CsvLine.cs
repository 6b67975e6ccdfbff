using System.Buffers;
using System.Globalization;
using System.Text;
using WebhookService.Domain;

namespace WebhookService.Api.Transactions;

/// <summary>A transaction as a line of comma-separated values (RFC 4180), safe to open in a spreadsheet.</summary>
internal static class CsvLine
{
    /// <summary>The first line: the names of the columns, which are those of the list.</summary>
    public const string Header =
        "transaction_id,source_account,destination_account,amount,currency,status,created_at,processed_at,attempts,"
        + "failure_reason,dismissed_at,dismissed_by,note,next_attempt_at,source,event_type,event_id,occurred_at\r\n";

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Appends the line of a transaction.</summary>
    public static void Append(StringBuilder text, TransactionResponse row)
    {
        Add(text, row.TransactionId);
        Add(text, row.SourceAccount);
        Add(text, row.DestinationAccount);
        text.Append(CultureInfo.InvariantCulture, $"{row.Amount:0.00},{row.Currency},{row.Status},");
        Add(text, row.CreatedAt);
        Add(text, row.ProcessedAt);
        text.Append(CultureInfo.InvariantCulture, $"{row.Attempts},");
        Add(text, row.FailureReason);
        Add(text, row.DismissedAt);
        Add(text, row.DismissedBy);
        Add(text, row.Note);
        Add(text, row.NextAttemptAt);
        Add(text, row.Source);
        Add(text, row.EventType);
        Add(text, row.EventId);
        Add(text, row.OccurredAt);

        // A line ends where its last separator is.
        text.Length--;
        text.Append("\r\n");
    }

    private static void Add(StringBuilder text, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            text.Append(known.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture));
        }

        text.Append(',');
    }

    // A spreadsheet runs a cell that begins like this as a formula; the apostrophe makes it text.
    // https://owasp.org/www-community/attacks/CSV_Injection
    private static void Add(StringBuilder text, string? value)
    {
        var safe = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{value}" : value;
        if (safe.AsSpan().ContainsAny(Special))
        {
            text.Append('"').Append(safe!.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            text.Append(safe);
        }

        text.Append(',');
    }
}
