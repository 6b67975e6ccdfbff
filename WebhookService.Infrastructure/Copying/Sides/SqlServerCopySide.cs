using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Copying.Sides;

/// <summary>A SQL Server database as the source or the target of a copy.</summary>
internal sealed class SqlServerCopySide(DatabaseTarget target) : CopySide(target)
{
    // Numbers from 50000 on are for users; this one is unlikely to have another meaning.
    private const int Unfinished = 50_203;

    public override string[] Begin =>
    [
        $"CREATE TABLE {CopyMarker.Table} (name varchar(64) NOT NULL PRIMARY KEY, value nvarchar(2000) NOT NULL)",
        $"""
        CREATE TRIGGER {CopyMarker.Table}_barrier ON instances INSTEAD OF INSERT AS
        BEGIN; THROW {Unfinished}, '{Refusal}', 1; END
        """,
    ];

    public override string[] End => [$"DROP TRIGGER {CopyMarker.Table}_barrier", $"DROP TABLE {CopyMarker.Table}"];

    protected override string FindObject =>
        "SELECT 1 WHERE OBJECT_ID(@name) IS NOT NULL OR EXISTS (SELECT 1 FROM sys.indexes WHERE name = @name)";

    public override object ToParameter(object value, CopyColumn of) => ToStored(value, of.Kind);

    public override object Read(DbDataReader reader, int column, CopyColumn of) => of.Kind switch
    {
        ColumnKind.Integer => of.StoreType == "int" ? reader.GetInt32(column) : reader.GetInt64(column),
        ColumnKind.Boolean => reader.GetBoolean(column),
        ColumnKind.Text => of.IsFixedLength ? reader.GetString(column).TrimEnd(' ') : reader.GetString(column),
        ColumnKind.Time => Timestamps.ToUnixMicroseconds(reader.GetFieldValue<DateTimeOffset>(column)),
        ColumnKind.Amount => reader.GetDecimal(column),
        _ => reader.GetFieldValue<byte[]>(column),
    };

    public override void Write(DbTransaction transaction, CopyTable table, IReadOnlyList<object?[]> rows)
    {
        using var chunk = new DataTable { Locale = CultureInfo.InvariantCulture };
        foreach (var column in table.Columns)
        {
            chunk.Columns.Add(column.Name, TypeOf(column.Kind));
        }

        foreach (var row in rows)
        {
            chunk.Rows.Add([.. row.Zip(table.Columns, (value, column) => ToStored(value, column.Kind))]);
        }

        using var bulk = new SqlBulkCopy(
            (SqlConnection)transaction.Connection!, SqlBulkCopyOptions.KeepIdentity | SqlBulkCopyOptions.KeepNulls,
            (SqlTransaction)transaction)
        {
            DestinationTableName = CopyTable.Quote(table.Name),
            BulkCopyTimeout = 0,
        };
        foreach (var column in table.Columns)
        {
            bulk.ColumnMappings.Add(column.Name, column.Name);
        }

        bulk.WriteToServer(chunk);
    }

    public override long ReadCounter(DbConnection connection, string table, string column) => Math.Max(
        Highest(connection, table, column),
        Convert.ToInt64(
            Scalar(connection, null, "SELECT CAST(IDENT_CURRENT(@name) AS bigint)", ("@name", table)) is { } last
                and not DBNull
                ? last
                : 0L,
            CultureInfo.InvariantCulture));

    // A table that never had a row begins with the number itself, any other with the one after it.
    public override void SetCounter(DbTransaction transaction, string table, string column, long last) => Execute(
        transaction.Connection!, transaction,
        string.Create(
            CultureInfo.InvariantCulture, $"DBCC CHECKIDENT ('{table}', RESEED, {last + 1}) WITH NO_INFOMSGS"));

    private static Type TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => typeof(long),
        ColumnKind.Boolean => typeof(bool),
        ColumnKind.Text => typeof(string),
        ColumnKind.Time => typeof(DateTimeOffset),
        ColumnKind.Amount => typeof(decimal),
        _ => typeof(byte[]),
    };

    private static object ToStored(object? value, ColumnKind kind) => value is null ? DBNull.Value
        : kind == ColumnKind.Time ? Timestamps.FromUnixMicroseconds((long)value)
        : value;
}
