using System.Diagnostics;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>Something to measure: how it is started, and what its 202 promises.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Durability">What is on disk when it answers.</param>
/// <param name="Command">The program and its arguments, given the port and an empty directory for its data.</param>
internal sealed record Subject(string Name, string Durability, Func<int, string, string[]> Command)
{
    /// <summary>Its environment, given the port and the directory.</summary>
    public Func<int, string, IEnumerable<(string Key, string Value)>> Settings { get; init; } = (_, _) => [];

    /// <summary>What its program is run under; empty for nothing.</summary>
    public string[] Prefix { get; init; } = [];

    public Counter Counter { get; init; }

    /// <summary>SQL statements for each transaction, given its syncs, where they follow from how it is built.</summary>
    public Func<double, double>? Statements { get; init; }

    public static Subject Service(params (string Key, string Value)[] settings) => new(
        "this service", "committed and fsynced, one row for each id", (_, _) => [Built("WebhookService.Api")])
    {
        Settings = (port, data) => [("PORT", $"{port}"), ("DATABASE_URL", $"sqlite:///{data}/transactions.db"), .. settings],
        Counter = Counter.File,

        // BEGIN and COMMIT once a batch; of its rows eight go in one statement, what is left over one by one.
        Statements = syncs => (2 * syncs) + (1.0 / 8) + (3.5 * syncs),
    };

    public static Subject Peer(string name, string durability, string command, Func<string, string>? connection = null) => new(
        name, durability, (port, data) =>
            [Built("WebhookService.Benchmarks"), "serve", command, $"{port}", .. connection is null ? [] : new[] { connection(data) }]);

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task<RunningSubject> StartAsync(int port, string data)
    {
        string[] command = [.. Prefix, "dotnet", .. Command(port, data)];
        var start = new ProcessStartInfo(command[0], command[1..])
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
