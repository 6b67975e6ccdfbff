using System.Diagnostics;
using Npgsql;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>A PostgreSQL of its own in an empty directory, with its defaults: fsync and synchronous commit are on.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const int Port = 8199;
    private const string Versions = "/usr/lib/postgresql";
    private readonly string _directory;
    private readonly string _programs;

    private PostgresServer(string directory, string programs)
    {
        _directory = directory;
        _programs = programs;
    }

    public static string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=bench;Database=postgres;Maximum Pool Size=90";

    /// <summary>Starts it; null when PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer?> StartAsync(string directory)
    {
        var programs = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).OrderBy(path => path).Select(path => $"{path}/bin").LastOrDefault()
            : null;
        if (programs is null)
        {
            return null;
        }

        var server = new PostgresServer(Directory.CreateDirectory(Path.Combine(directory, "postgres")).FullName, programs);
        await server.StartAsync();
        return server;
    }

    /// <summary>How often the write-ahead log was synced, and how many statements ran, since the start.</summary>
    public static async Task<(long Syncs, long Statements)> CountAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var prepare = source.CreateCommand("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        await prepare.ExecuteNonQueryAsync();
        await using var command = source.CreateCommand(
            "SELECT (SELECT wal_sync FROM pg_stat_wal), (SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements)");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public async ValueTask DisposeAsync() =>
        await RunAsync($"{_programs}/pg_ctl", "-D", $"{_directory}/data", "-m", "fast", "-w", "stop");

    private async Task StartAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", _directory);
            await RunAsync("chmod", "711", Path.GetDirectoryName(_directory)!);
        }

        await RunAsync($"{_programs}/initdb", "-D", $"{_directory}/data", "-U", "bench", "-A", "trust");
        await RunAsync($"{_programs}/pg_ctl", "-D", $"{_directory}/data", "-w", "-l", $"{_directory}/log",
            "-o", $"-p {Port} -c listen_addresses=127.0.0.1 -c shared_preload_libraries=pg_stat_statements -c unix_socket_directories={_directory}", "start");
    }

    // PostgreSQL refuses to run as root.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        var isServer = program.StartsWith(Versions, StringComparison.Ordinal);
        var start = isServer && Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = "/";

        // Not redirected to us: the server inherits the stream and would keep it open.
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }
}
