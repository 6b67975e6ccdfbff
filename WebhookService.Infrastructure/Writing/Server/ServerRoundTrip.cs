using System.Data.Common;
using System.Globalization;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>Statements sent to the server together, as one transaction, and the reader of each result set.</summary>
internal sealed class ServerRoundTrip(IServerDialect dialect)
{
    private readonly List<ServerStatement> _statements = [];
    private readonly List<Action<DbDataReader>> _readers = [];

    public void Clear()
    {
        _statements.Clear();
        _readers.Clear();
    }

    /// <summary>Adds a statement, created from its index, and the reader of its result set.</summary>
    public void Add(Func<int, ServerStatement> statement, Action<DbDataReader> read)
    {
        _statements.Add(statement(_statements.Count));
        _readers.Add(read);
    }

    /// <summary>Runs the statements. When it returns, all of them are committed.</summary>
    public void Run(DbConnection connection)
    {
        if (_statements.Count == 0)
        {
            return;
        }

        using var reader = dialect.Execute(connection, _statements);
        foreach (var read in _readers)
        {
            read(reader);
            reader.NextResult();
        }

        // To the very end, where the server confirms the commit.
        while (reader.NextResult())
        {
        }
    }

    public static long ReadNumber(DbDataReader reader) =>
        reader.Read() ? Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture) : 0;

    /// <summary>Reads ids and claims.</summary>
    public static HashSet<(string Id, int Claim)> ReadClaims(DbDataReader reader)
    {
        HashSet<(string Id, int Claim)> claims = [];
        while (reader.Read())
        {
            claims.Add((reader.GetString(0), reader.GetInt32(1)));
        }

        return claims;
    }

    public static ClaimedPage ReadPage(DbDataReader reader, ClaimPosition after)
    {
        List<ClaimedTransaction> rows = [];
        var next = after;
        while (reader.Read())
        {
            var claimed = ReadOne(reader) with { IsTakenOver = reader.GetBoolean(12) };
            rows.Add(claimed);
            next = new ClaimPosition(claimed.Transaction.CreatedAt, reader.GetInt64(11));
        }

        return new ClaimedPage(rows, next);
    }

    public static List<ClaimedTransaction> ReadClaimed(DbDataReader reader)
    {
        List<ClaimedTransaction> rows = [];
        while (reader.Read())
        {
            rows.Add(ReadOne(reader));
        }

        return rows;
    }

    // In the order of IServerDialect.ClaimedColumns.
    private static ClaimedTransaction ReadOne(DbDataReader reader) => new(
        Transaction.Restore(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetDecimal(3),
            reader.GetString(4),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.IsDBNull(6) ? null : reader.GetString(6),
            reader.GetInt32(7),
            reader.GetInt32(8),
            reader.IsDBNull(10) ? null : reader.GetString(10)),
        reader.GetInt32(9));
}
