using System.Text;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>What checking signatures costs: the same signed requests, sent to a service that checks them and one that does not.</summary>
/// <param name="Off">Accepted a second without the check, for each round.</param>
/// <param name="On">Accepted a second with it.</param>
internal sealed record Signing(double[] Off, double[] On)
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    public double Ratio => Results.Median(On.Zip(Off, (on, off) => on / off));

    public double MedianOff => Results.Median(Off);

    public double MedianOn => Results.Median(On);

    public static async Task<Signing> MeasureAsync(int rounds, int seconds, Func<string> newDirectory)
    {
        var secret = $"whsec_{Convert.ToBase64String(Encoding.ASCII.GetBytes(Key))}";
        var off = new double[rounds];
        var on = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            off[round] = await MeasureAsync(Subject.Service(), seconds, newDirectory());
            on[round] = await MeasureAsync(Subject.Service(("Security__WebhookSecrets__0", secret)), seconds, newDirectory());
            Console.Error.WriteLine($"signing: {off[round]:0} without, {on[round]:0} with");
        }

        return new Signing(off, on);
    }

    private static async Task<double> MeasureAsync(Subject subject, int seconds, string data)
    {
        await using var running = await subject.StartAsync(WholeSystem.Port, data);
        await Wrk.PostAsync(running.Port, 64, WholeSystem.WarmUp, Key);
        var load = await Wrk.PostAsync(running.Port, 64, seconds, Key);
        return load.Errors == 0 ? load.Rate : throw new InvalidOperationException($"{load.Errors} answers were no 202.");
    }
}
