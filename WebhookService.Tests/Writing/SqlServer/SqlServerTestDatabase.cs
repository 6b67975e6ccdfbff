using Microsoft.Data.SqlClient;
using WebhookService.Infrastructure.Model;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.SqlServer;

/// <summary>A SQL Server database on the server that WEBHOOK_TEST_SQLSERVER names, or else in a container.</summary>
internal sealed class SqlServerTestDatabase : ITestDatabase
{
    // The server copies its model database for each new one, and can do so for only one at a time.
    private static readonly SemaphoreSlim Creating = new(1);

    private readonly string _server;
    private readonly string _name = $"webhook_test_{Guid.NewGuid():N}";

    private SqlServerTestDatabase(string server)
    {
        _server = server;
        var parts = new SqlConnectionStringBuilder(server);
        var address = parts.DataSource.Replace("tcp:", string.Empty, StringComparison.Ordinal).Replace(',', ':');
        Url = $"sqlserver://{Uri.EscapeDataString(parts.UserID)}:{Uri.EscapeDataString(parts.Password)}@{address}/{_name}"
            + $"?encrypt={parts.Encrypt}&trustServerCertificate={parts.TrustServerCertificate}";
    }

    public string Url { get; }

    /// <summary>Creates an empty database; skips the test when there is no server.</summary>
    public static async Task<ITestDatabase> CreateAsync()
    {
        var database = new SqlServerTestDatabase(await SqlServerOfThisRun.GetConnectionStringAsync());
        await Creating.WaitAsync();
        try
        {
            await ExecuteAsync(database._server, $"CREATE DATABASE {database._name}");
        }
        finally
        {
            Creating.Release();
        }

        return database;
    }

    public Task ExecuteAsync(string sql) => ExecuteAsync(DatabaseTarget.Parse(Url).Address, sql);

    public async ValueTask DisposeAsync() => await Eventually.HoldsAsync(TryDropAsync, $"{_name} is dropped");

    // A connection keeps the database in use for a moment after it was closed, and as long as it is in a pool, to which
    // a read that ended late may return it at any time. This is called twice when both the test and the runner dispose
    // a fixture.
    private async Task<bool> TryDropAsync()
    {
        SqlConnection.ClearAllPools();
        try
        {
            await ExecuteAsync(_server, $"IF DB_ID('{_name}') IS NOT NULL DROP DATABASE {_name}");
            return true;
        }
        catch (SqlException exception) when (exception.Message.Contains("in use", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new SqlConnection($"{connectionString};Pooling=False");
        await connection.OpenAsync();
        await using var command = new SqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
