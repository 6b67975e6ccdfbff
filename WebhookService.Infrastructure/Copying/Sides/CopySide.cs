using System.Data.Common;
using System.Globalization;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Copying.Sides;

/// <summary>What a copy needs of one kind of database.</summary>
internal abstract class CopySide(DatabaseTarget target)
{
    /// <summary>What a service that is started on an unfinished copy says.</summary>
    protected const string Refusal =
        "it holds an unfinished copy of another database; run the copy command again until it is complete";

    public DatabaseTarget Target => target;

    /// <summary>Creates the table of the progress, and a trigger that keeps every instance from registering.</summary>
    public abstract string[] Begin { get; }

    /// <summary>Removes both.</summary>
    public abstract string[] End { get; }

    /// <summary>Runs last, on the finished database.</summary>
    public virtual string? Tidy => null;

    /// <summary>Whether an object of this name exists; the name is @name.</summary>
    protected abstract string FindObject { get; }

    public static CopySide Of(DatabaseTarget target) => target.Kind switch
    {
        DatabaseKind.PostgreSql => new PostgreSqlCopySide(target),
        DatabaseKind.SqlServer => new SqlServerCopySide(target),
        _ => new SqliteCopySide(target),
    };

    /// <summary>Opens a connection for reading or writing rows.</summary>
    public virtual DbConnection Open() => DatabaseReservation.Open(Target);

    /// <summary>A value of a key as the driver takes it.</summary>
    public virtual object ToParameter(object value, CopyColumn of) => value;

    /// <summary>Reads a value that is not null.</summary>
    public abstract object Read(DbDataReader reader, int column, CopyColumn of);

    /// <summary>Writes rows in the transaction.</summary>
    public abstract void Write(DbTransaction transaction, CopyTable table, IReadOnlyList<object?[]> rows);

    /// <summary>Reads the last number that the database has assigned, or may have.</summary>
    public abstract long ReadCounter(DbConnection connection, string table, string column);

    /// <summary>Makes the database assign higher numbers from now on.</summary>
    public abstract void SetCounter(DbTransaction transaction, string table, string column, long last);

    /// <summary>Whether a table or index exists.</summary>
    public bool Exists(DbConnection connection, DbTransaction? transaction, string name) =>
        Scalar(connection, transaction, FindObject, ("@name", name)) is not (null or DBNull);

    /// <summary>Runs a statement.</summary>
    public static void Execute(
        DbConnection connection, DbTransaction? transaction, string sql,
        params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, transaction, sql, values);
        command.ExecuteNonQuery();
    }

    /// <summary>Returns the first value of a query.</summary>
    public static object? Scalar(
        DbConnection connection, DbTransaction? transaction, string sql,
        params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, transaction, sql, values);
        return command.ExecuteScalar();
    }

    /// <summary>Creates a command; names of the model are its only variable parts.</summary>
    public static DbCommand Command(
        DbConnection connection, DbTransaction? transaction, string sql,
        params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of tables and columns come from the model, and values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>The highest number in a column; 0 without rows.</summary>
    protected static long Highest(DbConnection connection, string table, string column) => Convert.ToInt64(
        Scalar(connection, null, $"SELECT COALESCE(MAX({CopyTable.Quote(column)}), 0) FROM {CopyTable.Quote(table)}"),
        CultureInfo.InvariantCulture);
}
