using Microsoft.Data.Sqlite;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Tests.Support.Databases;

/// <summary>Runs SQL on the database file, as an operator would.</summary>
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
        connection.Execute("BEGIN IMMEDIATE");
        return connection;
    }

    public static long Count(TempDirectory directory, string condition = "1")
    {
        using var connection = Open(directory);
        return (long)connection.Scalar($"SELECT count(*) FROM transactions WHERE {condition}")!;
    }

    public static List<string> Strings(TempDirectory directory, string sql)
    {
        using var connection = Open(directory);
        return [.. connection.Strings(sql)];
    }

    public static void Execute(TempDirectory directory, string sql)
    {
        using var connection = Open(directory);
        connection.Execute(sql);
    }
}
