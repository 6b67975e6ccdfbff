using System.Globalization;
using System.Text;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>Reads at 64 connections, in turn with POSTs to the empty action.</summary>
/// <param name="Name">The database.</param>
/// <param name="Kind">What is read, as get.lua names it.</param>
/// <param name="Loads">The answers of each round.</param>
/// <param name="Ceilings">Requests per second of the empty action in each round.</param>
internal sealed record Reads(string Name, string Kind, List<WrkResult> Loads, List<double> Ceilings)
{
    private const int Rows = 20_000;
    private const int Connections = 64;
    private static readonly string[] Kinds = ["find", "list", "mixed"];

    /// <summary>Measures each kind of read on each database.</summary>
    public static async Task<List<Reads>> MeasureAllAsync(
        ComparisonOptions options, IEnumerable<Subject> services, Func<string> newDirectory)
    {
        List<Reads> all = [];
        await using var empty = await Subject.Peer("empty", "nothing", "empty").StartAsync(WholeSystem.Port, newDirectory());
        await Wrk.PostAsync(empty.Port, Connections, WholeSystem.WarmUp);
        foreach (var service in services)
        {
            await using var running = await service.StartAsync(WholeSystem.Port + 1, newDirectory());
            var run = Wrk.NewRun();
            for (var seconds = WholeSystem.WarmUp; !await IsStoredAsync(running.Port, $"txn_{run}_{Rows}"); seconds *= 2)
            {
                await Wrk.PostAsync(running.Port, Connections, seconds, run: run);
            }

            Reads[] reads = [.. Kinds.Select(kind => new Reads(service.Name, kind, [], []))];
            foreach (var kind in Kinds)
            {
                await Wrk.GetAsync(running.Port, Connections, WholeSystem.WarmUp, run, Rows, kind);
            }

            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var read in reads)
                {
                    read.Ceilings.Add((await Wrk.PostAsync(empty.Port, Connections, options.Seconds)).Rate);
                    var load = await Wrk.GetAsync(running.Port, Connections, options.Seconds, run, Rows, read.Kind);
                    Console.Error.WriteLine($"{read.Name}, {read.Kind}: {load} of {read.Ceilings[^1]:0}");
                    read.Loads.Add(load);
                }
            }

            all.AddRange(reads);
        }

        return all;
    }

    /// <summary>The table of the page.</summary>
    public static string Table(IEnumerable<Reads> all)
    {
        var table = new StringBuilder("""
            | 64 connections | per second | of the empty action | p99, ms | worst, ms | errors |
            |---|---:|---:|---:|---:|---:|

            """);
        foreach (var read in all)
        {
            var ratio = Results.Median(read.Loads.Zip(read.Ceilings, (load, ceiling) => load.Rate / ceiling));
            var (rate, p99) = (Results.Median(read.Loads.Select(l => l.Rate)), Results.Median(read.Loads.Select(l => l.P99)));
            var (worst, errors) = (read.Loads.Max(l => l.Max), read.Loads.Sum(l => l.Errors));
            table.Append(string.Create(CultureInfo.InvariantCulture, $"""
                | {read.Name}: {read.Kind} | {rate:#,0} | {ratio:0.00} | {p99:0.0} | {worst:0} | {errors} |

                """));
        }

        return table.ToString();
    }

    private static async Task<bool> IsStoredAsync(int port, string id)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync($"http://127.0.0.1:{port}/v1/transactions/{id}");
        return answer.IsSuccessStatusCode;
    }
}
