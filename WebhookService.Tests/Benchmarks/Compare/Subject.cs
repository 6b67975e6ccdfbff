using System.Diagnostics;
using WebhookService.Tests.Benchmarks.Compare.Counters;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>A program to measure: how it starts, and what its 202 guarantees.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Durability">The data on disk when it answers.</param>
/// <param name="Assembly">The program.</param>
/// <param name="Arguments">Its arguments, given the port and an empty directory for its data.</param>
internal sealed record Subject(string Name, string Durability, string Assembly, Func<int, string, string[]> Arguments)
{
    /// <summary>Its environment, given the port and the directory.</summary>
    public Func<int, string, IEnumerable<(string Key, string Value)>> Settings { get; init; } = (_, _) => [];

    /// <summary>Prepares what must exist before it starts, given the directory.</summary>
    public Func<string, Task> Prepare { get; init; } = _ => Task.CompletedTask;

    /// <summary>Whether it runs SQLite in its own process, where its syncs and statements are counted.</summary>
    public bool IsOnSqlite { get; init; }

    /// <summary>Counts its syncs and statements on PostgreSQL; null when it does not use PostgreSQL.</summary>
    public PostgresCounter? Postgres { get; init; }

    public static Subject Service(params (string Key, string Value)[] settings) =>
        Service("this service", data => $"sqlite:///{data}/transactions.db", settings) with { IsOnSqlite = true };

    public static Subject Service(string name, Func<string, string> url, params (string Key, string Value)[] settings) => new(
        name, "committed and fsynced, one row per id", Built("WebhookService.Api"), (_, _) => [])
    {
        Settings = (port, data) =>
            [("PORT", $"{port}"), ("DATABASE_URL", url(data)), ("Security__AllowAnonymous", "true"), .. settings],
    };

    public static Subject Peer(string name, string durability, string command, Func<string, string>? connection = null) => new(
        name, durability, Built("WebhookService.Benchmarks"), (port, data) =>
            ["serve", command, $"{port}", .. connection is null ? [] : new[] { connection(data) }]);

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task<RunningSubject> StartAsync(int port, string data)
    {
        await Prepare(data);
        var start = new ProcessStartInfo("dotnet", [Assembly, .. Arguments(port, data)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data,
        };
        foreach (var (key, value) in Settings(port, data))
        {
            start.Environment[key] = value;
        }

        var running = new RunningSubject(Process.Start(start)!, port);
        await running.WaitUntilItAnswersAsync();
        return running;
    }

    private static string Built(string project) => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", project, "release", $"{project}.dll"));
}
