using System.Text;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>The cost of a feature for intake: the same requests, in turn to a service without and with it.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Off">Accepted requests without it, for each round.</param>
/// <param name="On">Accepted requests with it.</param>
internal sealed record Effect(string Name, WrkResult[] Off, WrkResult[] On)
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string StripeSecret = "whsec_of_the_benchmark";
    private const int Dashboards = 100;

    public double Ratio => Results.Median(On.Zip(Off, (on, off) => on.Rate / off.Rate));

    public double MedianOff => Results.Median(Off.Select(load => load.Rate));

    public double MedianOn => Results.Median(On.Select(load => load.Rate));

    /// <summary>The slowest answer with it, in milliseconds.</summary>
    public double Slowest => On.Max(load => load.Max);

    /// <summary>Measures each of them; requests are signed only where the signature check is measured.</summary>
    public static async Task<IReadOnlyList<Effect>> MeasureAllAsync(ComparisonOptions options, Func<string> newDirectory)
    {
        await using var collector = await Collector.StartAsync();
        var secret = $"whsec_{Convert.ToBase64String(Encoding.ASCII.GetBytes(Key))}";
        return
        [
            await MeasureAsync(
                "signatures are checked", options, newDirectory,
                new Side([], Key), new Side([("Security__WebhookSecrets__0", secret)], Key)),
            await MeasureAsync(
                "events of Stripe instead, signed, 1.5 KiB, their bodies kept", options, newDirectory,
                new Side([]),
                new Side(
                    [("Sources__stripe__Provider", "stripe"), ("Sources__stripe__Secrets__0", StripeSecret)],
                    Stripe: StripeSecret)),
            await MeasureAsync(
                "metrics are read every second; traces, metrics and logs are sent to a collector", options, newDirectory,
                new Side([("OTEL_SDK_DISABLED", "true")]), new Side(collector.Settings, Meanwhile: Watchers.ReadMetricsAsync)),
            await MeasureAsync(
                $"{Dashboards} dashboards are open, and one reader reads nothing", options, newDirectory,
                new Side([]), new Side([], Meanwhile: port => Watchers.OpenAsync(port, Dashboards))),
        ];
    }

    private static async Task<Effect> MeasureAsync(
        string name, ComparisonOptions options, Func<string> newDirectory, Side without, Side with)
    {
        var effect = new Effect(name, new WrkResult[options.Rounds], new WrkResult[options.Rounds]);
        for (var round = 0; round < options.Rounds; round++)
        {
            // Each side goes first in every other round: a shared machine may become slower or faster for the second
            // one.
            foreach (var (side, rates) in round % 2 == 0
                ? new[] { (without, effect.Off), (with, effect.On) }
                : [(with, effect.On), (without, effect.Off)])
            {
                rates[round] = await MeasureAsync(side, options.Seconds, newDirectory());
            }

            Console.Error.WriteLine($"{name}: {effect.Off[round].Rate:0} without, {effect.On[round].Rate:0} with");
        }

        return effect;
    }

    private static async Task<WrkResult> MeasureAsync(Side side, int seconds, string data)
    {
        await using var running = await Subject.Service(side.Settings).StartAsync(WholeSystem.Port, data);
        await Wrk.PostAsync(running.Port, 64, WholeSystem.WarmUp, side.Key, side.Stripe);
        await using var meanwhile = side.Meanwhile is null ? null : await side.Meanwhile(running.Port);
        var load = await Wrk.PostAsync(running.Port, 64, seconds, side.Key, side.Stripe);
        return load.Errors == 0 ? load : throw new InvalidOperationException($"{load.Errors} answers were not 202.");
    }

    /// <summary>One of the two sides of a comparison.</summary>
    /// <param name="Settings">The settings of the service.</param>
    /// <param name="Key">The key that signs its requests, if any.</param>
    /// <param name="Stripe">The secret with which it is sent events of Stripe, if it is.</param>
    /// <param name="Meanwhile">Starts other activity on the given port, until the result is disposed.</param>
    private sealed record Side(
        (string Key, string Value)[] Settings,
        string? Key = null,
        string? Stripe = null,
        Func<int, Task<IAsyncDisposable>>? Meanwhile = null);
}
