using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Copying.Sides;

/// <summary>A SQLite file as the source or the target of a copy.</summary>
internal sealed class SqliteCopySide(DatabaseTarget target) : CopySide(target)
{
    // The pages that sorting an index keeps in memory; the rest is in a temporary file.
    private const int CacheKibibytes = 65_536;

    public override string[] Begin =>
    [
        $"CREATE TABLE {CopyMarker.Table} (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
        $"""
        CREATE TRIGGER {CopyMarker.Table}_barrier BEFORE INSERT ON instances
        BEGIN SELECT RAISE(ABORT, '{Refusal}'); END
        """,
    ];

    public override string[] End => [$"DROP TRIGGER {CopyMarker.Table}_barrier", $"DROP TABLE {CopyMarker.Table}"];

    public override string Tidy => "PRAGMA wal_checkpoint(TRUNCATE)";

    protected override string FindObject => "SELECT 1 FROM sqlite_schema WHERE name = @name";

    public override DbConnection Open()
    {
        var connection = (SqliteConnection)base.Open();
        connection.Execute($"""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
            PRAGMA cache_size = -{CacheKibibytes}; PRAGMA journal_size_limit = {SqliteLog.MaxSize};
            """);
        return connection;
    }

    public override object Read(DbDataReader reader, int column, CopyColumn of) => of.Kind switch
    {
        ColumnKind.Integer or ColumnKind.Time => reader.GetValue(column) as long? ?? throw new InvalidCastException(),
        ColumnKind.Boolean => reader.GetInt64(column) != 0,
        ColumnKind.Text => reader.GetValue(column) as string ?? throw new InvalidCastException(),
        ColumnKind.Amount => decimal.Parse(
            reader.GetValue(column) as string ?? throw new InvalidCastException(),
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture),
        _ => reader.GetValue(column) as byte[] ?? throw new InvalidCastException(),
    };

    public override void Write(DbTransaction transaction, CopyTable table, IReadOnlyList<object?[]> rows)
    {
        var places = string.Join(", ", Enumerable.Range(0, table.Columns.Count).Select(i => $"@p{i}"));
        using var command = Command(
            transaction.Connection!, transaction,
            $"INSERT INTO {CopyTable.Quote(table.Name)} ({table.ColumnList}) VALUES ({places})");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            command.Parameters.Add(new SqliteParameter($"@p{i}", null));
        }

        command.Prepare();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                command.Parameters[i].Value = row[i] switch
                {
                    null => DBNull.Value,
                    decimal amount => amount.ToString("F2", CultureInfo.InvariantCulture),
                    bool flag => flag ? 1L : 0L,
                    var value => value,
                };
            }

            command.ExecuteNonQuery();
        }
    }

    // A column without AUTOINCREMENT has no counter: its next number follows the highest one.
    public override long ReadCounter(DbConnection connection, string table, string column) => Math.Max(
        Highest(connection, table, column),
        Scalar(connection, null, "SELECT max(seq) FROM sqlite_sequence WHERE name = @name", ("@name", table)) as long?
            ?? 0);

    public override void SetCounter(DbTransaction transaction, string table, string column, long last)
    {
        Execute(
            transaction.Connection!, transaction, "DELETE FROM sqlite_sequence WHERE name = @name", ("@name", table));
        Execute(
            transaction.Connection!, transaction, "INSERT INTO sqlite_sequence (name, seq) VALUES (@name, @last)",
            ("@name", table), ("@last", last));
    }
}
