using System.Globalization;
using Microsoft.Data.Sqlite;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Reads the inbox. Readers and the writer do not block each other.</summary>
internal sealed class InboxFile : IDisposable
{
    private const string Columns =
        "sequence, transaction_id, source_account, destination_account, amount, currency, created_at, trace_parent, "
        + "source, event_type, event_id, occurred_at, content_type, body";

    // A page ends early when its bodies reach this size, so that large ones do not fill the memory.
    private const long MaxPageBytes = 4_194_304;

    private readonly string _connectionString;

    public InboxFile(InboxOptions options) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = options.Path,
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = 1,
    }.ToString();

    /// <summary>Returns the oldest rows.</summary>
    public InboxPage ReadOldest(int limit) =>
        ReadPage($"SELECT {Columns} FROM inbox ORDER BY sequence LIMIT $value", limit);

    /// <summary>Returns the oldest events after this sequence that wait for the database's quarantine.</summary>
    /// <exception cref="StoreUnavailableException">The inbox cannot be read.</exception>
    public List<InboxEvent> ReadEvents(long after)
    {
        List<InboxEvent> events = [];
        Read(
            """
            SELECT sequence, source, event_key, received_at, reason, event_type, event_id, headers, content_type, body
            FROM events WHERE sequence > $value ORDER BY sequence
            """,
            after,
            reader =>
            {
                var read = ReadEvent(reader);
                events.Add(read);
                return read.Event.Payload.Body.Length;
            });
        return events;
    }

    /// <summary>Returns the first transaction of an id that waits or is in quarantine; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The inbox or the row cannot be read.</exception>
    public InboxRow? Find(string transactionId)
    {
        var page = ReadPage(
            $"""
            SELECT {Columns} FROM inbox WHERE transaction_id = $value
            UNION ALL
            SELECT {Columns} FROM quarantine WHERE transaction_id = $value
            ORDER BY sequence LIMIT 1
            """,
            transactionId);
        return page.Unreadable.Count == 0
            ? page.Rows.FirstOrDefault()
            : throw new StoreUnavailableException("The row of this transaction in the inbox cannot be read.");
    }

    public void Dispose()
    {
        // Pooled readers would keep the file open after the host has ended.
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private InboxPage ReadPage(string sql, object value)
    {
        InboxPage page = new([], []);
        Read(sql, value, reader => Read(reader, page));
        return page;
    }

    // Reads rows until their bodies are too large together; the function returns the size of a row's body.
    private void Read(string sql, object value, Func<SqliteDataReader, int> read)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.AddWithValue("$value", value);
            using var reader = command.ExecuteReader();
            for (var size = 0L; size < MaxPageBytes && reader.Read();)
            {
                size += read(reader);
            }
        }
        catch (SqliteException exception)
        {
            throw new StoreUnavailableException($"The inbox cannot be read: {exception.Message}", exception);
        }
    }

    private static int Read(SqliteDataReader reader, InboxPage page)
    {
        try
        {
            var transaction = Transaction.Receive(
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                decimal.Parse(reader.GetString(4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
                reader.GetString(5),
                Timestamps.FromUnixMicroseconds(reader.GetInt64(6)),
                Text(reader, 7),
                Text(reader, 8));
            var received = transaction.Source is { } source ? ReadEvent(reader, source) : null;
            page.Rows.Add(new InboxRow(reader.GetInt64(0), transaction, received));
            return received?.Payload?.Body.Length ?? 0;
        }
        catch (Exception exception) when (exception is not SqliteException)
        {
            // Whatever the fault is, it is this row's, and must not delay the others.
            var id = reader.GetValue(1) as string;
            page.Unreadable.Add(new UnreadableRow(
                reader.GetInt64(0), TransactionRules.IsId(id) ? id : null, exception.GetType().Name));
            return 0;
        }
    }

    private static SourceEvent ReadEvent(SqliteDataReader reader, string source) => new(
        source,
        Text(reader, 9),
        Text(reader, 10),
        reader.IsDBNull(11) ? null : Timestamps.FromUnixMicroseconds(reader.GetInt64(11)),
        reader.IsDBNull(13) ? null : new EventPayload(Text(reader, 12), reader.GetFieldValue<byte[]>(13)));

    private static InboxEvent ReadEvent(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        new QuarantinedEvent(
            reader.GetString(1),
            reader.GetFieldValue<byte[]>(2),
            Timestamps.FromUnixMicroseconds(reader.GetInt64(3)),
            reader.GetString(4),
            Text(reader, 5),
            Text(reader, 6),
            reader.GetString(7),
            new EventPayload(Text(reader, 8), reader.GetFieldValue<byte[]>(9))));

    private static string? Text(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
