using Npgsql;
using WebhookService.Tests.Support.Databases;

namespace WebhookService.Tests.Benchmarks.Compare.Counters;

/// <summary>Reads PostgreSQL's own statistics, which need pg_stat_statements.</summary>
internal sealed class PostgresCounter(PostgresServer server)
{
    /// <summary>The number of syncs of the write-ahead log and of statements since the start.</summary>
    public async Task<(long Syncs, long Statements)> CountAsync()
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString("postgres"));
        await using var prepare = source.CreateCommand("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        await prepare.ExecuteNonQueryAsync();
        await using var command = source.CreateCommand(
            "SELECT (SELECT wal_sync FROM pg_stat_wal), (SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements)");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
