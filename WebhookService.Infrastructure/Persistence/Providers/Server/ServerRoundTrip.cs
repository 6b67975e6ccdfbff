using System.Data.Common;
using System.Globalization;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence.Providers.Server;

/// <summary>Statements that go to the server together, as one transaction, and who reads what each returns.</summary>
internal sealed class ServerRoundTrip(IServerDialect dialect)
{
    private readonly List<ServerStatement> _statements = [];
    private readonly List<Action<DbDataReader>> _readers = [];

    public void Clear()
    {
        _statements.Clear();
        _readers.Clear();
    }

    /// <summary>Adds a statement, which is told its place, and who reads its result set.</summary>
    public void Add(Func<int, ServerStatement> statement, Action<DbDataReader> read)
    {
        _statements.Add(statement(_statements.Count));
        _readers.Add(read);
    }

    /// <summary>Runs what was added. When it returns, all of it is committed.</summary>
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

        // To the very end, where the server says that it has committed.
        while (reader.NextResult())
        {
        }
    }

    public static long ReadNumber(DbDataReader reader) =>
        reader.Read() ? Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture) : 0;

    public static HashSet<string> ReadTexts(DbDataReader reader)
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        while (reader.Read())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    public static ClaimedPage ReadPage(DbDataReader reader, ClaimPosition after)
    {
        List<ClaimedTransaction> rows = [];
        var next = after;
        while (reader.Read())
        {
            rows.Add(new(reader.GetString(1), TextOrNull(reader, 3), IsTakenOver: reader.GetBoolean(4)));
            next = new ClaimPosition(reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(0));
        }

        return new ClaimedPage(rows, next);
    }

    public static List<ClaimedTransaction> ReadClaimed(DbDataReader reader)
    {
        List<ClaimedTransaction> rows = [];
        while (reader.Read())
        {
            rows.Add(new ClaimedTransaction(reader.GetString(0), TextOrNull(reader, 1)));
        }

        return rows;
    }

    private static string? TextOrNull(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
