using System.Diagnostics;
using System.Globalization;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>One run of wrk, the load generator. Latencies are in milliseconds.</summary>
internal sealed record WrkResult(long Requests, double Rate, double P50, double P99, double P999, double Max, long Errors);

/// <summary>Runs <c>wrk</c> with the script that posts unique transactions, or the one that reads them.</summary>
internal static class Wrk
{
    private static int _runs;

    /// <summary>A name that distinguishes the ids of one run.</summary>
    public static string NewRun() => $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}_{_runs++}";

    public static Task<WrkResult> PostAsync(
        int port, int connections, int seconds, string? key = null, string? stripe = null, string? run = null) =>
        RunAsync("post.lua", port, connections, seconds, ("RUN", run ?? NewRun()), ("KEY", key), ("STRIPE", stripe));

    /// <summary>Reads the rows of a run, as get.lua says.</summary>
    public static Task<WrkResult> GetAsync(int port, int connections, int seconds, string run, int rows, string kind) =>
        RunAsync("get.lua", port, connections, seconds, ("RUN", run), ("ROWS", $"{rows}"), ("KIND", kind));

    private static async Task<WrkResult> RunAsync(
        string script, int port, int connections, int seconds, params (string Name, string? Value)[] settings)
    {
        var start = new ProcessStartInfo("wrk",
        [
            "-t1", $"-c{connections}", $"-d{seconds}s", "--latency",
            "-s", Path.Combine(AppContext.BaseDirectory, script), $"http://127.0.0.1:{port}",
        ])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings)
        {
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var numbers = output.Split('\n').Single(line => line.StartsWith("RESULT", StringComparison.Ordinal))
            .Split(' ')[1..].Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new WrkResult(
            numbers[0], numbers[0] * 1e6 / numbers[1], numbers[2] / 1e3, numbers[3] / 1e3, numbers[4] / 1e3, numbers[5] / 1e3,
            numbers[6] + numbers[7]);
    }
}
