using Npgsql;
using WebhookService.Infrastructure.Model;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

/// <summary>
/// A PostgreSQL database on the server that WEBHOOK_TEST_POSTGRES names (a URL), or else on one started for this run.
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

    /// <summary>Creates an empty database; skips the test when there is no server.</summary>
    public static async Task<PostgresDatabase> CreateAsync(string encoding = "UTF8")
    {
        var database = new PostgresDatabase(await PostgresOfThisRun.GetUrlAsync());
        await ExecuteAsync(database._server, $"CREATE DATABASE {database._name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        return database;
    }

    public Task ExecuteAsync(string sql) => ExecuteAsync(Url, sql);

    public Task<List<string>> QueryAsync(string sql) => PostgresSql.QueryAsync(DatabaseTarget.Parse(Url).Address, sql);

    /// <summary>Ends every connection to the database and makes new ones read-only.</summary>
    public async Task ForbidWritesAsync()
    {
        await ExecuteAsync(_server, $"ALTER DATABASE {_name} SET default_transaction_read_only = on");
        await ExecuteAsync(_server, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name}'");
    }

    /// <summary>Locks a table exclusively until the returned object is disposed.</summary>
    public async Task<IAsyncDisposable> LockAsync(string table)
    {
        var connection = new NpgsqlConnection($"{DatabaseTarget.Parse(Url).Address};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Begins a concurrent transaction with this statement; disposing it closes its connection.</summary>
    public async Task<OtherTransaction> BeginAsync(string sql)
    {
        var connection = new NpgsqlConnection($"{DatabaseTarget.Parse(Url).Address};Pooling=False");
        await connection.OpenAsync();
        var other = new OtherTransaction(connection);
        await other.ExecuteAsync($"BEGIN; {sql}");
        return other;
    }

    /// <summary>Whether a connection waits for a lock.</summary>
    public async Task<bool> IsSomebodyWaitingAsync() => await QueryAsync(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") is { Count: > 0 };

    /// <summary>Lets new connections write again; existing ones stay read-only.</summary>
    public Task AllowWritesAsync() => ExecuteAsync(_server, $"ALTER DATABASE {_name} SET default_transaction_read_only = off");

    // Called twice when both the test and the runner dispose a fixture.
    public async ValueTask DisposeAsync() => await ExecuteAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private static Task ExecuteAsync(string url, string sql) => PostgresSql.ExecuteAsync(DatabaseTarget.Parse(url).Address, sql);

    /// <summary>A transaction outside the service.</summary>
    internal sealed class OtherTransaction(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
