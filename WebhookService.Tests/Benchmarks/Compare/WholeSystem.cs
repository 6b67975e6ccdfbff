using WebhookService.Api.Transport;
using WebhookService.Tests.Benchmarks.Compare.Counters;
using WebhookService.Tests.Support.Databases;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>Measures the service and its peers in turn in one run, and writes the page of results.</summary>
internal static class WholeSystem
{
    public const int Port = 8190;

    /// <summary>Seconds of load before any measurement, in which the runtime compiles the hot code.</summary>
    public const int WarmUp = 8;

    /// <summary>The numbers of connections, each a column of the table.</summary>
    public static readonly int[] Connections = [1, 64, 512];

    public static async Task<int> RunAsync(ComparisonOptions options)
    {
        var root = Directory.CreateTempSubdirectory("webhook-bench-").FullName;
        var directories = 0;
        string NewDirectory() => Directory.CreateDirectory(Path.Combine(root, $"{directories++}")).FullName;
        try
        {
            if (options.Only == "effects")
            {
                Console.WriteLine(Report.Effects(await Effect.MeasureAllAsync(options, NewDirectory)));
                return 0;
            }

            if (options.Only == "sustained")
            {
                var sustained = new Results(options, 0, []);
                await SustainAsync(sustained, NewDirectory);
                Console.WriteLine(Report.Sustained(sustained));
                return 0;
            }

            await using var postgres = PostgresServer.IsInstalled
                ? await PostgresServer.StartAsync("-c shared_preload_libraries=pg_stat_statements")
                : null;
            var subjects = Subjects(postgres);
            if (options.Only == "reads")
            {
                var services = subjects.Where(subject => subject.Name.StartsWith("this service", StringComparison.Ordinal));
                Console.WriteLine(Reads.Table(await Reads.MeasureAllAsync(options, services, NewDirectory)));
                return 0;
            }

            var results = new Results(options, RawSync.Measure(root), subjects);
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var subject in subjects)
                {
                    await MeasureAsync(subject, options.Seconds, NewDirectory(), results);
                }
            }

            foreach (var subject in subjects)
            {
                results.Costs[subject] = await Costs.MeasureAsync(subject, options.Seconds, NewDirectory);
                Console.Error.WriteLine($"{subject.Name}: {results.Costs[subject]}");
            }

            results.Effects = await Effect.MeasureAllAsync(options, NewDirectory);
            if (options.Sustain > 0)
            {
                await SustainAsync(results, NewDirectory);
            }

            results.Full = options.Rows > 0 ? await FullTable.MeasureAsync(options, NewDirectory(), NewDirectory()) : null;
            await Report.WriteAsync(results);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task SustainAsync(Results results, Func<string> newDirectory)
    {
        var seconds = results.Options.Sustain;
        results.Sustained = await Endurance.SustainAsync(seconds, newDirectory());
        results.Called = await Endurance.CallAsync(seconds, newDirectory());
        results.Waited =
        [
            await Endurance.WaitAsync(Endurance.DefaultConcurrency, seconds, newDirectory()),
            await Endurance.WaitAsync(Endurance.HighConcurrency, seconds, newDirectory()),
        ];
    }

    private static Subject[] Subjects(PostgresServer? postgres) =>
    [
        Subject.Peer("empty MVC action", "nothing", "empty"),
        Subject.Peer("empty MVC action, sockets as in this service", "nothing", "inline") with
        {
            Settings = (_, _) => InlineTransport.RuntimeSwitches,
        },
        Subject.Service(),
        Subject.Peer(
            "EF Core, one SaveChanges per request (SQLite)", "committed and fsynced, one row per id", "efcore",
            data => $"Data Source={data}/peer.db") with { IsOnSqlite = true },
        .. postgres is null ? [] : PostgresSubjects(postgres),
    ];

    private static Subject[] PostgresSubjects(PostgresServer postgres)
    {
        var counter = new PostgresCounter(postgres);
        string Connection(string data) => postgres.ConnectionString(Database(data));
        return
        [
            Subject.Service("this service (PostgreSQL)", data => postgres.Url(Database(data))) with
            {
                Prepare = CreateAsync,
                Postgres = counter,
            },
            Subject.Peer(
                "EF Core, one SaveChanges per request (PostgreSQL)", "committed and fsynced, one row per id", "efcore-postgres",
                data => $"{Connection(data)};Maximum Pool Size=90") with
            {
                Prepare = CreateAsync,
                Postgres = counter,
            },
            Subject.Peer(
                "Hangfire, one job per request (PostgreSQL)", "committed and fsynced; a repeated id is a second job", "hangfire",
                data => $"{Connection(data)};Maximum Pool Size=90") with
            {
                Prepare = CreateAsync,
                Postgres = counter,
            },
        ];

        Task CreateAsync(string data) => postgres.ExecuteAsync($"CREATE DATABASE {Database(data)}");
    }

    // Each start has its own empty directory, so the directory's name can name the database.
    private static string Database(string data) => $"bench_{Path.GetFileName(data)}";

    private static async Task MeasureAsync(Subject subject, int seconds, string data, Results results)
    {
        await using var running = await subject.StartAsync(Port, data);
        await Wrk.PostAsync(Port, 64, WarmUp);
        foreach (var connections in Connections)
        {
            var result = await Wrk.PostAsync(Port, connections, seconds);
            results.Add(subject, connections, result);
            Console.Error.WriteLine($"{subject.Name}, {connections}: {result}");
        }
    }
}
