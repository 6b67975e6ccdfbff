using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WebhookService.Tests.Support.Databases;

/// <summary>A PostgreSQL server of the installed package, with a data directory used by one test or run.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Versions = "/usr/lib/postgresql";
    private const string User = "webhook";
    private readonly string _directory;
    private readonly string _options;

    private PostgresServer(string directory, int port, string options)
    {
        _directory = directory;
        Port = port;
        _options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c max_connections=200 {options}";
    }

    /// <summary>Whether PostgreSQL is installed here.</summary>
    public static bool IsInstalled => Programs is not null;

    public int Port { get; }

    private static string? Programs { get; } = Directory.Exists(Versions)
        ? Directory.GetDirectories(Versions)
            .OrderBy(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0)
            .Select(path => $"{path}/bin").LastOrDefault()
        : null;

    private int ServerId => int.Parse(File.ReadLines($"{_directory}/data/postmaster.pid").First(), CultureInfo.InvariantCulture);

    /// <summary>Starts the server, with fsync and synchronous commit on by default, as in PostgreSQL.</summary>
    public static async Task<PostgresServer> StartAsync(string options = "")
    {
        var directory = await NewDirectoryAsync();
        var server = new PostgresServer(directory, FreePort(), options);
        await RunAsync($"{Programs}/initdb", "-D", $"{directory}/data", "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync");
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Copies the server to another port, as a standby that receives what it writes.</summary>
    public async Task<PostgresServer> StartStandbyAsync(int? port = null)
    {
        var directory = await NewDirectoryAsync();
        var standby = new PostgresServer(directory, port ?? FreePort(), "");
        await RunAsync(
            $"{Programs}/pg_basebackup", "-D", $"{directory}/data", "-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-R", "-c", "fast",
            "--no-sync");
        await standby.StartAgainAsync();
        return standby;
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsync($"{Programs}/pg_ctl", "-D", $"{_directory}/data", "-w", "-s", "promote");

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username={User};Database={database}";

    public string Url(string database) => $"postgresql://{User}@127.0.0.1:{Port}/{database}";

    public Task ExecuteAsync(string sql, string database = "postgres") =>
        PostgresSql.ExecuteAsync(ConnectionString(database), sql);

    public Task<List<string>> QueryAsync(string sql, string database) =>
        PostgresSql.QueryAsync(ConnectionString(database), sql);

    /// <summary>Shuts the server down cleanly and disconnects its clients.</summary>
    public Task StopAsync() => RunAsync($"{Programs}/pg_ctl", "-D", $"{_directory}/data", "-m", "fast", "-w", "-s", "stop");

    public Task StartAgainAsync() => RunAsync(
        $"{Programs}/pg_ctl", "-D", $"{_directory}/data", "-w", "-s", "-l", $"{_directory}/log", "-o", _options, "start");

    /// <summary>Sends SIGKILL to the server and its children; the children would otherwise end later.</summary>
    public Task KillAsync() => SignalAsync("KILL");

    /// <summary>Suspends the server and its children with SIGSTOP.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        // A test that failed may have left it frozen or dead.
        if (File.Exists($"{_directory}/data/postmaster.pid") && IsAlive(ServerId))
        {
            await ThawAsync();
            await StopAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<string> NewDirectoryAsync()
    {
        var directory = Directory.CreateTempSubdirectory("webhook-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", directory);
        }

        return directory;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task SignalAsync(string signal)
    {
        // The server first, so that it starts no more children. Some children may end in the meantime.
        var server = ServerId;
        await RunAsync("kill", $"-{signal}", $"{server}");
        foreach (var child in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => IsChild(name!, server)))
        {
            using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", child!]) { RedirectStandardError = true })!;
            await kill.WaitForExitAsync();
        }
    }

    private static bool IsChild(string process, int parent) =>
        char.IsAsciiDigit(process[0]) && ReadState(process) is [_, var itsParent, ..] && itsParent == $"{parent}";

    // A process that was killed stays as a zombie until its parent looks after it.
    private static bool IsAlive(int process) => ReadState($"{process}") is [not "Z", ..];

    // "1234 (postgres) S 1233 …": the state and the parent are the fields after the name.
    private static string[] ReadState(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        }
        catch (IOException)
        {
            // It has ended in the meantime.
            return [];
        }
    }

    // PostgreSQL refuses to run as root.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        var isServer = program.StartsWith(Versions, StringComparison.Ordinal);
        var start = isServer && Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = "/";

        // initdb prints its progress. A server must not inherit one of our streams, since it would keep the stream
        // open.
        start.RedirectStandardOutput = program.EndsWith("initdb", StringComparison.Ordinal);
        using var process = Process.Start(start)!;
        _ = start.RedirectStandardOutput ? await process.StandardOutput.ReadToEndAsync() : null;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }
}
