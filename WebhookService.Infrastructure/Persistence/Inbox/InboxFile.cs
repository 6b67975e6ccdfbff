using System.Globalization;
using Microsoft.Data.Sqlite;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence.Inbox;

/// <summary>Reads what waits in the inbox. Readers do not wait for the writer, nor it for them.</summary>
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

    /// <summary>The oldest rows.</summary>
    public List<InboxRow> ReadOldest(int limit) =>
        Read($"SELECT {Columns} FROM inbox ORDER BY sequence LIMIT $value", limit);

    /// <summary>The first that waits, or was put aside, under an id; null when none does.</summary>
    public Transaction? Find(string transactionId) => Read(
        $"""
        SELECT {Columns} FROM inbox WHERE transaction_id = $value
        UNION ALL
        SELECT {Columns} FROM quarantine WHERE transaction_id = $value
        ORDER BY sequence LIMIT 1
        """,
        transactionId).FirstOrDefault()?.Transaction;

    public void Dispose()
    {
        // Readers in the pool would keep the file open after the host is gone.
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private List<InboxRow> Read(string sql, object value)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.AddWithValue("$value", value);
            using var reader = command.ExecuteReader();
            List<InboxRow> rows = [];
            while (reader.Read())
            {
                rows.Add(new InboxRow(reader.GetInt64(0), Transaction.Receive(
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetString(3),
                    decimal.Parse(reader.GetString(4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
                    reader.GetString(5),
                    Timestamps.FromUnixMicroseconds(reader.GetInt64(6)),
                    reader.IsDBNull(7) ? null : reader.GetString(7))));
            }

            return rows;
        }
        catch (SqliteException exception)
        {
            throw new StoreUnavailableException($"The inbox cannot be read: {exception.Message}", exception);
        }
    }
}
