using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Copying.Sides;

/// <summary>A PostgreSQL database as the source or the target of a copy.</summary>
internal sealed class PostgreSqlCopySide(DatabaseTarget target) : CopySide(target)
{
    // Rows are sorted on the server, which has no index by sequence; more memory means fewer temporary files.
    private const string Memory = "SET work_mem = '64MB'; SET maintenance_work_mem = '256MB'";

    public override string[] Begin =>
    [
        $"CREATE TABLE {CopyMarker.Table} (name text NOT NULL PRIMARY KEY, value text NOT NULL)",
        $"""
        CREATE FUNCTION {CopyMarker.Table}_barrier() RETURNS trigger LANGUAGE plpgsql AS
        $barrier$ BEGIN RAISE EXCEPTION '{Refusal}'; END $barrier$
        """,
        $"""
        CREATE TRIGGER {CopyMarker.Table}_barrier BEFORE INSERT ON instances
        FOR EACH STATEMENT EXECUTE FUNCTION {CopyMarker.Table}_barrier()
        """,
    ];

    public override string[] End =>
    [
        $"DROP TRIGGER {CopyMarker.Table}_barrier ON instances",
        $"DROP FUNCTION {CopyMarker.Table}_barrier()",
        $"DROP TABLE {CopyMarker.Table}",
    ];

    // Without statistics, the first queries would read whole tables.
    public override string Tidy => "ANALYZE";

    protected override string FindObject => "SELECT to_regclass(@name)::text";

    public override DbConnection Open()
    {
        var connection = base.Open();
        Execute(connection, null, Memory);
        return connection;
    }

    public override object ToParameter(object value, CopyColumn of) =>
        of.Kind == ColumnKind.Time ? ToTime((long)value) : value;

    public override object Read(DbDataReader reader, int column, CopyColumn of) => of.Kind switch
    {
        ColumnKind.Integer => of.StoreType == "integer" ? reader.GetInt32(column) : reader.GetInt64(column),
        ColumnKind.Boolean => reader.GetBoolean(column),
        ColumnKind.Text => reader.GetString(column),
        ColumnKind.Time => (reader.GetDateTime(column) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        ColumnKind.Amount => reader.GetDecimal(column),
        _ => reader.GetFieldValue<byte[]>(column),
    };

    public override void Write(DbTransaction transaction, CopyTable table, IReadOnlyList<object?[]> rows)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        using var copy = connection.BeginBinaryImport(
            $"COPY {CopyTable.Quote(table.Name)} ({table.ColumnList}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            copy.StartRow();
            for (var i = 0; i < row.Length; i++)
            {
                Write(copy, row[i], table.Columns[i]);
            }
        }

        copy.Complete();
    }

    public override long ReadCounter(DbConnection connection, string table, string column)
    {
        var sequence = (string)Scalar(
            connection, null, "SELECT pg_get_serial_sequence(@table, @column)",
            ("@table", table), ("@column", column))!;
        return Math.Max(
            Highest(connection, table, column),
            Convert.ToInt64(
                Scalar(connection, null, $"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"),
                CultureInfo.InvariantCulture));
    }

    public override void SetCounter(DbTransaction transaction, string table, string column, long last) => Execute(
        transaction.Connection!, transaction,
        "SELECT setval(pg_get_serial_sequence(@table, @column), greatest(@last, 1), @last > 0)",
        ("@table", table), ("@column", column), ("@last", last));

    private static DateTime ToTime(long microseconds) =>
        DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static void Write(NpgsqlBinaryImporter copy, object? value, CopyColumn column)
    {
        switch (column.Kind)
        {
            case var _ when value is null:
                copy.WriteNull();
                break;
            case ColumnKind.Integer when column.StoreType == "integer":
                copy.Write(checked((int)(long)value), NpgsqlDbType.Integer);
                break;
            case ColumnKind.Integer:
                copy.Write((long)value, NpgsqlDbType.Bigint);
                break;
            case ColumnKind.Boolean:
                copy.Write((bool)value, NpgsqlDbType.Boolean);
                break;
            case ColumnKind.Text:
                copy.Write((string)value, NpgsqlDbType.Text);
                break;
            case ColumnKind.Time:
                copy.Write(ToTime((long)value), NpgsqlDbType.TimestampTz);
                break;
            case ColumnKind.Amount:
                copy.Write((decimal)value, NpgsqlDbType.Numeric);
                break;
            default:
                copy.Write((byte[])value, NpgsqlDbType.Bytea);
                break;
        }
    }
}
