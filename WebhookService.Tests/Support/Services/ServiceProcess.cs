using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace WebhookService.Tests.Support.Services;

/// <summary>The built service in a separate process that a test can load over HTTP and kill.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>Asks for new settings; by default it ends a process.</summary>
    public const int Sighup = 1;

    /// <summary>Ctrl+C.</summary>
    public const int Sigint = 2;

    /// <summary>The signal that an orchestrator sends.</summary>
    public const int Sigterm = 15;

    private static readonly (LogLevel Level, string Text)[] Levels =
        [(LogLevel.Warning, "warn:"), (LogLevel.Error, "fail:"), (LogLevel.Critical, "crit:")];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ServiceProcess(Process process, int port)
    {
        _process = process;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 2_000 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; }

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>The log lines of this level or above, in the text format or the JSON format.</summary>
    public string[] Complaints(LogLevel from) =>
    [
        .. Output.Split('\n').Where(line => Levels.Any(level => level.Level >= from
            && (line.StartsWith(level.Text, StringComparison.Ordinal)
                || line.Contains($"\"LogLevel\":\"{level.Level}\"", StringComparison.Ordinal)))),
    ];

    public int Threads => Directory.GetDirectories($"/proc/{Id}/task").Length;

    // A tracer does not pass signals on to the process that it traces.
    private int? TracedId =>
        File.ReadAllText($"/proc/{Id}/task/{Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } child
            ? int.Parse(child, CultureInfo.InvariantCulture)
            : null;

    /// <summary>User and system time of the process since its start.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the service and returns when it is ready.</summary>
    public static async Task<ServiceProcess> StartReadyAsync(
        TempDirectory directory, params (string Key, string Value)[] settings)
    {
        var service = Start(directory, settings);
        await service.WaitUntilReadyAsync();
        return service;
    }

    /// <summary>Starts the service and returns at once.</summary>
    public static ServiceProcess Start(TempDirectory directory, params (string Key, string Value)[] settings) =>
        Start([], directory, settings);

    /// <summary>Starts the service under another program, such as a tracer.</summary>
    public static ServiceProcess Start(
        string[] wrapper, TempDirectory directory, params (string Key, string Value)[] settings) =>
        Start(wrapper, [], directory, settings);

    /// <summary>Runs a command of the service and returns its exit code and its output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string[] arguments, TempDirectory directory, params (string Key, string Value)[] settings)
    {
        await using var service = Start([], arguments, directory, settings);
        var exitCode = await service.WaitForExitAsync();
        return (exitCode, service.Output + service.Errors);
    }

    /// <summary>Starts a command of the service and returns at once.</summary>
    public static ServiceProcess Start(
        string[] wrapper, string[] arguments, TempDirectory directory, (string Key, string Value)[] settings)
    {
        // The tests' assembly loads only with the tests' dependency list. Without it, the service starts as in
        // production.
        string[] host = settings.Any(setting => setting.Key == CountedCalls.Variable)
            ? ["dotnet", "exec", "--depsfile", Built("WebhookService.Tests.deps.json"),
                "--runtimeconfig", Built("WebhookService.Api.runtimeconfig.json")]
            : ["dotnet"];
        return StartProgram([.. wrapper, .. host, Built("WebhookService.Api.dll"), .. arguments], directory, settings);
    }

    /// <summary>Starts the service with the given command line and returns at once.</summary>
    public static ServiceProcess StartProgram(
        string[] command, TempDirectory directory, (string Key, string Value)[] settings)
    {
        var given = settings.FirstOrDefault(setting => setting.Key == "PORT").Value;
        var port = ushort.TryParse(given, CultureInfo.InvariantCulture, out var valid) ? valid : FreePort();
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory.Path,
        };
        start.Environment["DATABASE_URL"] = directory.DatabaseUrl;
        start.Environment["Security__AllowAnonymous"] = "true";
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return new ServiceProcess(Process.Start(start)!, port);
    }

    public async Task WaitUntilReadyAsync() => await Eventually.HoldsAsync(IsReadyAsync, $"the service is ready: {Output} {Errors}");

    /// <summary>Sends SIGKILL, which the process cannot handle.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM, as an orchestrator does, and returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Signal(Sigterm);
        return await WaitForExitAsync();
    }

    /// <summary>Sends a signal and returns at once.</summary>
    public void Signal(int signal) => _ = SendSignal(TracedId ?? Id, signal);

    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>A line of /proc/…/status in MiB, such as VmRSS or VmHWM (the peak).</summary>
    public double MemoryInMebibytes(string key)
    {
        var line = File.ReadLines($"/proc/{Id}/status").Single(l => l.StartsWith(key + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        TestLogs.Check(Output + Errors);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private static string Built(string file) => Path.Combine(AppContext.BaseDirectory, file);

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            _ = line is null ? text : text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    /// <summary>Whether it reports that it can store; also false while it does not listen.</summary>
    public Task<bool> IsReadyAsync() => SucceedsAsync("/health/ready");

    /// <summary>Whether it listens.</summary>
    public Task<bool> IsAliveAsync() => SucceedsAsync("/health/live");

    private async Task<bool> SucceedsAsync(string path)
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The service ended with {_process.ExitCode}: {Output} {Errors}");
        }

        try
        {
            using var response = await Client.GetAsync(path);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return false;
        }
    }
}
