using System.Data;
using System.Data.Common;
using System.Globalization;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Reading;

/// <summary>
/// The two queries that clients repeat, in SQL: transactions by their ids, and a page of the list. Through EF Core they
/// took two and five times as long; see docs/decisions/0025-reads-in-sql.md.
/// </summary>
internal sealed class TransactionSql(ReadDialect dialect)
{
    private const string Columns = """
        t.sequence, t.transaction_id, t.source_account, t.destination_account, t.amount, t.currency, t.status,
        t.created_at, t.processed_at, t.attempts, t.earlier_attempts, t.next_attempt_at, t.content_hash,
        t.failure_reason, t.trace_parent, t.source, t.dismissed_at, t.dismissed_by, t.note
        """;

    // The body of an event, its last column, is not read.
    private const string WithEvent = $"""
        SELECT {Columns}, e.event_type, e.event_id, e.occurred_at
        """;

    private const string JoinEvent = "LEFT JOIN events e ON e.sequence = t.sequence";

    // Few texts, so that each is prepared once. Ids that are missing repeat the last one.
    private static readonly (int Count, string Text)[] _lookups = [.. new[] { 1, 8, MaxIds }.Select(count => (
        count,
        $"""
        {WithEvent} FROM transactions t {JoinEvent}
        WHERE t.transaction_id IN ({string.Join(", ", IdNames(count))})
        """))];

    /// <summary>Most ids of one query.</summary>
    public const int MaxIds = 64;

    /// <summary>Finds the rows of at least so many ids, in any order.</summary>
    public static string FindByIds(int count) => Lookup(count).Text;

    /// <summary>The values of <see cref="FindByIds"/>.</summary>
    // The column of SQL Server has one byte a character; a text of two would be compared with each row.
    public static ReadParameter[] Ids(IReadOnlyList<string> ids) =>
        [.. IdNames(Lookup(ids.Count).Count)
            .Select((name, i) => new ReadParameter(name, DbType.AnsiString, ids[Math.Min(i, ids.Count - 1)]))];

    /// <summary>
    /// A page, newest first: keyset pages over several partial indexes. Pruned rows are not listed.
    /// </summary>
    /// <remarks>
    /// Claimable, waiting and finished rows have separate indexes, so they are queried separately; in one statement, so
    /// that a row that moves between them is in exactly one.
    /// </remarks>
    public string Page(TransactionQuery query)
    {
        var filter = Filter(query);
        var position = "t.created_at, t.sequence" + (dialect.Key == "sequence" ? "" : $", t.{dialect.Key}");
        var parts = Parts(query).Select((part, i) => dialect.Part(
            $"SELECT {position} FROM transactions t WHERE {part}{filter}", $"p{i}"));
        return $"""
            {WithEvent} FROM (
            {string.Join("\nUNION ALL\n", parts)}
            {dialect.NewestFirst}
            ) page JOIN transactions t ON t.{dialect.Key} = page.{dialect.Key}
            {JoinEvent}
            """;
    }

    /// <summary>The values of <see cref="Page"/>.</summary>
    public List<ReadParameter> Values(TransactionQuery query)
    {
        List<ReadParameter> values = [new("@limit", DbType.Int32, query.Limit + 1)];
        if (query.SourceAccount is { } source)
        {
            values.Add(new("@source", DbType.String, source));
        }

        if (query.DestinationAccount is { } destination)
        {
            values.Add(new("@destination", DbType.String, destination));
        }

        if (query.CreatedFrom is { } from)
        {
            values.Add(Time("@from", from));
        }

        if (query.CreatedTo is { } to)
        {
            values.Add(Time("@to", to));
        }

        AddContent(query, values);

        if (query.After is { } after)
        {
            values.Add(Time("@created", after.CreatedAt));
            values.Add(new("@sequence", DbType.Int64, after.Sequence));
        }

        return values;
    }

    /// <summary>
    /// The number of rows that a filter finds, up to <c>@limit</c>, which is the limit of the filter plus one.
    /// </summary>
    public string Count(TransactionQuery query)
    {
        var filter = Filter(query);
        var parts = Parts(query).Select(part => $"SELECT t.sequence FROM transactions t WHERE {part}{filter}");
        return $"SELECT COUNT(*) FROM ({dialect.First(string.Join("\nUNION ALL\n", parts))}) found";
    }

    /// <summary>Failed rows in groups, except those that are dismissed; its value is the number of groups.</summary>
    public string Failures => $"""
        SELECT t.failure_reason, a.http_status, t.source, COUNT(*), MIN(t.created_at), MAX(t.created_at)
        FROM transactions t LEFT JOIN attempts a ON a.sequence = t.sequence AND a.number = t.attempts
        WHERE t.status = 'FAILED' AND t.content_hash IS NULL AND t.dismissed_at IS NULL
        GROUP BY t.failure_reason, a.http_status, t.source
        ORDER BY COUNT(*) DESC, MAX(t.created_at) DESC {dialect.Limit}
        """;

    /// <summary>Reads a row of <see cref="Failures"/>.</summary>
    public FailureGroup ReadFailures(DbDataReader row) => new(
        Text(row, 0),
        row.IsDBNull(1) ? null : row.GetInt32(1),
        Text(row, 2),
        Convert.ToInt64(row.GetValue(3), CultureInfo.InvariantCulture),
        dialect.Time(row, 4),
        dialect.Time(row, 5));

    /// <summary>Reads a row of either query.</summary>
    // SQL Server pads the empty currency of a pruned row with spaces.
    public Transaction Read(DbDataReader row)
    {
        var transaction = Transaction.Restore(
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            dialect.Amount(row, 4),
            row.GetString(5).TrimEnd(),
            dialect.Time(row, 7),
            Text(row, 14),
            row.GetInt32(9),
            row.GetInt32(10),
            Text(row, 15),
            new StoredState(
                row.GetInt64(0),
                TransactionStatusNames.FromName(row.GetString(6)),
                OptionalTime(row, 8),
                OptionalTime(row, 11),
                row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12),
                Text(row, 13),
                OptionalTime(row, 16) is { } at ? new Dismissal(at, Text(row, 17), Text(row, 18)) : null));
        var (type, id, occurred) = (Text(row, 19), Text(row, 20), OptionalTime(row, 21));
        return type is null && id is null && occurred is null
            ? transaction
            : transaction.WithEvent(new EventDetails(type, id, occurred));
    }

    private ReadParameter Time(string name, DateTimeOffset time)
    {
        var value = dialect.ToValue(Timestamps.ToMicroseconds(time));
        return new(name, value is long ? DbType.Int64 : DbType.DateTimeOffset, value);
    }

    private static (int Count, string Text) Lookup(int ids) => _lookups.First(lookup => lookup.Count >= ids);

    private static IEnumerable<string> IdNames(int count) => Enumerable.Range(0, count).Select(i => $"@id{i}");

    // Each condition is a constant in its query, so that the filtered indexes apply.
    private static IEnumerable<string> Parts(TransactionQuery query)
    {
        var status = query.Status;
        if (status is null or TransactionStatus.Processing)
        {
            yield return "t.status = 'PROCESSING' AND t.next_attempt_at IS NULL";
            yield return "t.status = 'PROCESSING' AND t.next_attempt_at IS NOT NULL";
        }

        if (status is TransactionStatus.Failed && query.IsDismissed is not true)
        {
            yield return "t.content_hash IS NULL AND t.status = 'FAILED' AND t.dismissed_at IS NULL";
        }

        if (status is TransactionStatus.Failed && query.IsDismissed is not false)
        {
            yield return "t.content_hash IS NULL AND t.status = 'FAILED' AND t.dismissed_at IS NOT NULL";
        }
        else if (status is TransactionStatus.Processed)
        {
            yield return "t.content_hash IS NULL AND t.processed_at IS NOT NULL AND t.status = 'PROCESSED'";
        }
        else if (status is null)
        {
            yield return "t.content_hash IS NULL AND t.processed_at IS NOT NULL";
        }
    }

    // The cursor's first condition is a range on the index, so page 10,000 costs what page 1 costs.
    private string Filter(TransactionQuery query) => string.Concat(
        query.SourceAccount is null ? "" : $" AND {dialect.Equal("t.source_account", "@source")}",
        query.DestinationAccount is null ? "" : $" AND {dialect.Equal("t.destination_account", "@destination")}",
        query.CreatedFrom is null ? "" : " AND t.created_at >= @from",
        ContentFilter(query),
        string.Concat(
            query.CreatedTo is null ? "" : " AND t.created_at < @to",
            query.After is null
                ? ""
                : " AND t.created_at <= @created AND (t.created_at < @created OR t.sequence < @sequence)"));

    private string ContentFilter(TransactionQuery query) => string.Concat(
        string.Concat(
            query.Currency is null ? "" : " AND t.currency = @currency",
            query.AmountMin is null ? "" : $" AND {dialect.Comparable("t.amount")} >= @min",
            query.AmountMax is null ? "" : $" AND {dialect.Comparable("t.amount")} <= @max"),
        query.FailureReason is null ? "" : $" AND {dialect.Contains("t.failure_reason", "@reason")}",
        query.HasConflict switch
        {
            null => "",
            true => " AND EXISTS (SELECT 1 FROM conflicts c WHERE c.sequence = t.sequence)",
            false => " AND NOT EXISTS (SELECT 1 FROM conflicts c WHERE c.sequence = t.sequence)",
        },
        query.IsDismissed switch
        {
            null => "",
            true => " AND t.dismissed_at IS NOT NULL",
            false => " AND t.dismissed_at IS NULL",
        },
        query.Source switch
        {
            null => "",
            SourceEvent.PlainSource => " AND t.source IS NULL",
            _ => " AND t.source = @from_source",
        });

    private void AddContent(TransactionQuery query, List<ReadParameter> values)
    {
        if (query.Currency is { } currency)
        {
            values.Add(new("@currency", DbType.AnsiString, currency));
        }

        if (query.AmountMin is { } min)
        {
            values.Add(dialect.ToParameter("@min", min));
        }

        if (query.AmountMax is { } max)
        {
            values.Add(dialect.ToParameter("@max", max));
        }

        if (query.FailureReason is { } reason)
        {
            values.Add(new("@reason", DbType.String, reason));
        }

        if (query.Source is { } source and not SourceEvent.PlainSource)
        {
            values.Add(new("@from_source", DbType.AnsiString, source));
        }
    }

    private DateTimeOffset? OptionalTime(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : dialect.Time(row, column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
