using System.Diagnostics;
using System.Globalization;

namespace WebhookService.Tests.Benchmarks.Compare.Counters;

/// <summary>Counts a process's syncs and SQLite statement steps with perf, which hardly slows the process.</summary>
/// <remarks>It sets a probe in SQLite's library, so it needs root.</remarks>
internal sealed class SqliteCounter : IAsyncDisposable
{
    private const string Probe = "probe_libe_sqlite3";
    private readonly Process _perf;

    private SqliteCounter(Process perf) => _perf = perf;

    /// <summary>Starts to count; null when perf is not available.</summary>
    public static async Task<SqliteCounter?> StartAsync(int process)
    {
        // The libraries that the process has loaded; a line is address, rights, offset, device, inode and path.
        var library = File.ReadLines($"/proc/{process}/maps").First(line => line.EndsWith("/libe_sqlite3.so", StringComparison.Ordinal));
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/perf")
            || await RunAsync("probe", "-q", "-x", library[library.IndexOf('/', StringComparison.Ordinal)..], "sqlite3_step") != 0)
        {
            return null;
        }

        return new SqliteCounter(Start(
            "stat", "-x,", "-e", $"syscalls:sys_enter_fsync,syscalls:sys_enter_fdatasync,{Probe}:sqlite3_step", "-p", $"{process}"));
    }

    /// <summary>Ends the count.</summary>
    public async Task<(long Syncs, long Steps)> StopAsync()
    {
        using (var interrupt = Process.Start("kill", ["-INT", $"{_perf.Id}"]))
        {
            await interrupt.WaitForExitAsync();
        }

        // A line for each event: count, unit, name and more.
        var counts = (await _perf.StandardError.ReadToEndAsync()).Split('\n')
            .Select(line => line.Split(','))
            .Where(fields => fields.Length > 2 && fields[2].Contains(':', StringComparison.Ordinal))
            .ToLookup(fields => fields[2].Split(':')[1], fields => long.Parse(fields[0], CultureInfo.InvariantCulture));
        return (counts["sys_enter_fsync"].Sum() + counts["sys_enter_fdatasync"].Sum(), counts["sqlite3_step"].Sum());
    }

    public async ValueTask DisposeAsync()
    {
        _perf.Dispose();
        await RunAsync("probe", "-q", "-d", $"{Probe}:*");
    }

    private static async Task<int> RunAsync(params string[] arguments)
    {
        using var perf = Start(arguments);
        await perf.WaitForExitAsync();
        return perf.ExitCode;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("perf", arguments) { RedirectStandardError = true })!;
}
