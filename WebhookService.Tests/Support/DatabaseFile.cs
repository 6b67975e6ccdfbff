using Microsoft.Data.Sqlite;

namespace WebhookService.Tests.Support;

/// <summary>Looks into the database file the way an operator would, with SQL.</summary>
internal static class DatabaseFile
{
    public static SqliteConnection Open(TempDirectory directory)
    {
        var connection = new SqliteConnection($"Data Source={directory.Database};Pooling=False;Default Timeout=5");
        connection.Open();
        return connection;
    }

    /// <summary>Holds the write lock until the connection is disposed.</summary>
    public static SqliteConnection Lock(TempDirectory directory)
    {
        var connection = Open(directory);
        using var command = Command(connection, "BEGIN IMMEDIATE");
        command.ExecuteNonQuery();
        return connection;
    }

    public static long Count(TempDirectory directory, string condition = "1")
    {
        using var connection = Open(directory);
        using var command = Command(connection, $"SELECT count(*) FROM transactions WHERE {condition}");
        return (long)command.ExecuteScalar()!;
    }

    public static List<string> Strings(TempDirectory directory, string sql)
    {
        using var connection = Open(directory);
        using var command = Command(connection, sql);
        using var reader = command.ExecuteReader();
        List<string> values = [];
        while (reader.Read())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    public static void Execute(TempDirectory directory, string sql)
    {
        using var connection = Open(directory);
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
