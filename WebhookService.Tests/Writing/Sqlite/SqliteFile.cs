using Microsoft.Data.Sqlite;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

/// <summary>A SQLite file in its own directory.</summary>
internal sealed class SqliteFile : ITestDatabase
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webhook-store-");

    public string Path => System.IO.Path.Combine(_directory.FullName, "transactions.db");

    public string Url => $"sqlite:///{Path}";

    /// <summary>Runs statements outside the service, as a shell would.</summary>
    public void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public Task ExecuteAsync(string sql)
    {
        Execute(sql);
        return Task.CompletedTask;
    }

    /// <summary>Runs a query outside the service and returns each row's columns as text.</summary>
    public List<string[]> Query(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<string[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetValue(i)}")]);
        }

        return rows;
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
