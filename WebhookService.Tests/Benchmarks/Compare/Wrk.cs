using System.Diagnostics;
using System.Globalization;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>One run of wrk, the load generator. Latencies are in milliseconds.</summary>
internal sealed record WrkResult(long Requests, double Rate, double P50, double P99, double P999, double Max, long Errors);

/// <summary>Runs <c>wrk</c> with the script that posts unique transactions.</summary>
internal static class Wrk
{
    private static int _runs;

    public static async Task<WrkResult> PostAsync(
        int port, int connections, int seconds, string? key = null, string? stripe = null)
    {
        var start = new ProcessStartInfo("wrk",
        [
            "-t1", $"-c{connections}", $"-d{seconds}s", "--latency",
            "-s", Path.Combine(AppContext.BaseDirectory, "post.lua"), $"http://127.0.0.1:{port}",
        ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["RUN"] = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}_{_runs++}";
        if (key is not null)
        {
            start.Environment["KEY"] = key;
        }

        if (stripe is not null)
        {
            start.Environment["STRIPE"] = stripe;
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
