using System.Globalization;
using Microsoft.Data.Sqlite;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Reads the inbox. Readers and the writer do not block each other.</summary>
internal sealed class InboxFile : IDisposable
{
    private const string Columns =
        "sequence, transaction_id, source_account, destination_account, amount, currency, created_at, trace_parent";

    private readonly string _connectionString;

    public InboxFile(InboxOptions options) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = options.Path,
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = 1,
    }.ToString();

    /// <summary>Returns the oldest rows.</summary>
    public InboxPage ReadOldest(int limit) =>
        Read($"SELECT {Columns} FROM inbox ORDER BY sequence LIMIT $value", limit);

    /// <summary>Returns the first transaction of an id that waits or is in quarantine; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The inbox or the row cannot be read.</exception>
    public Transaction? Find(string transactionId)
    {
        var page = Read(
            $"""
            SELECT {Columns} FROM inbox WHERE transaction_id = $value
            UNION ALL
            SELECT {Columns} FROM quarantine WHERE transaction_id = $value
            ORDER BY sequence LIMIT 1
            """,
            transactionId);
        return page.Unreadable.Count == 0
            ? page.Rows.FirstOrDefault()?.Transaction
            : throw new StoreUnavailableException("The row of this transaction in the inbox cannot be read.");
    }

    public void Dispose()
    {
        // Pooled readers would keep the file open after the host has ended.
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private InboxPage Read(string sql, object value)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.AddWithValue("$value", value);
            using var reader = command.ExecuteReader();
            InboxPage page = new([], []);
            while (reader.Read())
            {
                Read(reader, page);
            }

            return page;
        }
        catch (SqliteException exception)
        {
            throw new StoreUnavailableException($"The inbox cannot be read: {exception.Message}", exception);
        }
    }

    private static void Read(SqliteDataReader reader, InboxPage page)
    {
        try
        {
            page.Rows.Add(new InboxRow(reader.GetInt64(0), Transaction.Receive(
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                decimal.Parse(reader.GetString(4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
                reader.GetString(5),
                Timestamps.FromUnixMicroseconds(reader.GetInt64(6)),
                reader.IsDBNull(7) ? null : reader.GetString(7))));
        }
        catch (Exception exception) when (exception is not SqliteException)
        {
            // Whatever the fault is, it is this row's, and must not delay the others.
            var id = reader.GetValue(1) as string;
            page.Unreadable.Add(new UnreadableRow(
                reader.GetInt64(0), TransactionRules.IsId(id) ? id : null, exception.GetType().Name));
        }
    }
}
