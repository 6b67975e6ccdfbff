using Npgsql;
using WebhookService.Infrastructure.Persistence;

namespace WebhookService.Tests.Persistence;

/// <summary>
/// A PostgreSQL database, on the server that WEBHOOK_TEST_POSTGRES names (a URL), else on one started for this run.
/// </summary>
internal sealed class PostgresDatabase : ITestDatabase
{
    private readonly string _server;
    private readonly string _name;

    private PostgresDatabase(string server)
    {
        _server = server;
        _name = $"webhook_test_{Guid.NewGuid():N}";
        Url = new UriBuilder(server) { Path = _name }.Uri.ToString();
    }

    public string Url { get; }

    /// <summary>Makes an empty one; skips the test where there is no server.</summary>
    public static async Task<PostgresDatabase> CreateAsync()
    {
        var database = new PostgresDatabase(await PostgresOfThisRun.GetUrlAsync());
        await ExecuteAsync(database._server, $"CREATE DATABASE {database._name}");
        return database;
    }

    public Task ExecuteAsync(string sql) => ExecuteAsync(Url, sql);

    /// <summary>The first column of each row, as text.</summary>
    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{DatabaseTarget.Parse(Url).Address};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> values = [];
        while (await reader.ReadAsync())
        {
            values.Add($"{reader.GetValue(0)}");
        }

        return values;
    }

    // Twice, when a fixture is disposed by the test and by the runner.
    public async ValueTask DisposeAsync() => await ExecuteAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private static async Task ExecuteAsync(string url, string sql)
    {
        await using var connection = new NpgsqlConnection($"{DatabaseTarget.Parse(url).Address};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
