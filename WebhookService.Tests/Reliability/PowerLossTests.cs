using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>
/// The power fails at WEBHOOK_TEST_POWER_LOSSES random points (default 30). strace records every write, sync and
/// answer, and the test rebuilds a disk content that is possible at each point.
/// </summary>
[NonParallelizable]
[Category("Long")]
internal sealed partial class PowerLossTests
{
    private static readonly int Losses =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_POWER_LOSSES") ?? "30", CultureInfo.InvariantCulture);

    [Test]
    public async Task Disk_HoldsEveryPromise_WheneverThePowerFails()
    {
        if (!Strace.IsInstalled)
        {
            Assert.Ignore("strace is not installed.");
        }

        const int seed = 20260115;
        var random = new Random(seed);
        using var directory = new TempDirectory();
        using var before = new TempDirectory();
        await using (await ServiceProcess.StartReadyAsync(directory))
        {
            // Creates the schema.
        }

        File.Copy(directory.Database, before.Database);
        foreach (var log in Directory.GetFiles(directory.Path, "*-wal"))
        {
            File.Copy(log, Path.Combine(before.Path, Path.GetFileName(log)));
        }

        var lines = await TraceAsync(directory);
        var promises = lines.Select((line, i) => (Line: i, Id: Promise(line))).Where(promise => promise.Id is not null).ToArray();
        int[] instants = [.. Enumerable.Range(0, Losses).Select(_ => random.Next(promises[0].Line, lines.Length)).Order()];
        var disk = new TracedDisk(before.Path);
        var line = 0;

        foreach (var instant in instants)
        {
            for (; line <= instant; line++)
            {
                disk.Apply(lines[line]);
            }

            var promised = promises.Where(promise => promise.Line <= instant).Select(promise => promise.Id!).ToArray();
            promised.Except(Recover(disk, random)).Should().BeEmpty($"{promised.Length} were promised at line {instant} (seed {seed})");
        }

        TestContext.Out.WriteLine($"{instants.Length} losses over {lines.Length} system calls, {promises.Length} promises");
        promises.Length.Should().BeGreaterThan(100);
    }

    private static async Task<string[]> TraceAsync(TempDirectory directory)
    {
        var trace = Path.Combine(directory.Path, "trace.txt");
        string[] strace =
        [
            "strace", "-f", "-y", "-qq", "-xx", "-s", "70000", "-o", trace, "-e", "trace=pwrite64,fsync,fdatasync,sendmsg,sendto",
        ];
        await using var service = ServiceProcess.Start(strace, directory, ("Processing__Delay", "00:00:00.020"));
        await service.WaitUntilReadyAsync();
        await new Load(service.Client, "power").PostAsync(600, connections: 6);
        await service.TerminateAsync();
        return await File.ReadAllLinesAsync(trace);
    }

    // Opened with SQLite as the next process would open it: SQLite reads the log up to the last complete commit.
    private static HashSet<string> Recover(TracedDisk disk, Random random)
    {
        using var found = new TempDirectory();
        disk.Save(found.Path, random);
        using var connection = new SqliteConnection($"Data Source={found.Database};Pooling=False");
        connection.Open();
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        check.ExecuteScalar().Should().Be("ok");
        return [.. DatabaseFile.Strings(found, "SELECT transaction_id FROM transactions")];
    }

    // The Location header of the answer contains the id.
    private static string? Promise(string line)
    {
        var answer = Sent().Match(line);
        return answer.Success
            && Encoding.Latin1.GetString(TracedDisk.Bytes(answer.Groups[1].Value)) is { } text
            && text.StartsWith("HTTP/1.1 202", StringComparison.Ordinal)
            ? Location().Match(text).Groups[1].Value
            : null;
    }

    [GeneratedRegex(@"^\d+ +send(?:msg|to)\([^""]*""((?:\\x[0-9a-f]{2})+)""")]
    private static partial Regex Sent();

    [GeneratedRegex(@"Location: /v1/transactions/(\S+)")]
    private static partial Regex Location();
}
