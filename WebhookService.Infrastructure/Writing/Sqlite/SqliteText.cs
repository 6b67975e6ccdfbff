using Microsoft.Data.Sqlite;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Runs constant statements on separate connections.</summary>
internal static class SqliteText
{
    /// <summary>Opens a file without the pool, so that closing the connection closes the file.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public static SqliteCommand Command(this SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller's statement is a constant; no part of a request gets here.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Runs all statements of the text, whereas <see cref="Scalar"/> would end at the first row.</summary>
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Returns the first column of the first row.</summary>
    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        return command.ExecuteScalar();
    }

    /// <summary>Returns the first column of each row, as the rows are read.</summary>
    public static IEnumerable<string> Strings(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return reader.GetString(0);
        }
    }
}
