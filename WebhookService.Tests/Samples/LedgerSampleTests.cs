using System.Globalization;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Samples;

/// <summary>
/// samples/Ledger, an application with its own handler: its tests, and the application under load, killed with kill -9
/// WEBHOOK_TEST_KILLS times (default 3).
/// </summary>
[NonParallelizable]
[Category("Long")]
internal sealed class LedgerSampleTests
{
    private const int PaymentsOfARound = 200;

    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    [Test]
    public async Task Tests_OfTheSample_Pass() =>
        (await BuiltSample.DotnetAsync(Path.Combine(SourceTree.Root, "samples", "Ledger.Tests"), "test")).Should().Contain("Passed!");

    [Test]
    public async Task Handler_BooksEachPaymentOnce_WhenKilledUnderLoad()
    {
        const int seed = 20261201;
        var random = new Random(seed);
        var assembly = await BuiltSample.LedgerAsync();
        using var directory = new TempDirectory();
        List<string> accepted = [];
        for (var round = 0; round < Kills; round++)
        {
            await using var service = await StartAsync(assembly, directory);
            var load = new Load(service.Client, $"r{round}");
            var posting = load.PostAsync(PaymentsOfARound, connections: 8);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1_500)), TimeProvider.System, CancellationToken.None);
            await service.KillAsync();
            await posting;
            accepted.AddRange(load.Accepted);
        }

        await using var last = await StartAsync(assembly, directory);
        await Eventually.HoldsAsync(
            () => Task.FromResult(DatabaseFile.Count(directory, "status = 'PROCESSING'") == 0), $"all are processed (seed {seed})",
            TimeSpan.FromMinutes(2));

        var booked = Read(directory, "SELECT TransactionId FROM Entries");
        var repeated = DatabaseFile.Count(directory, "attempts > 1");
        TestContext.Out.WriteLine($"{Kills} kills, {accepted.Count} accepted, {booked.Length} booked, {repeated} with several attempts");
        booked.Should().OnlyHaveUniqueItems().And.Contain(accepted);
        booked.Should().BeEquivalentTo(DatabaseFile.Strings(directory, "SELECT transaction_id FROM transactions WHERE status = 'PROCESSED'"));
        Read(directory, "SELECT Hundredths FROM Balances").Should().Equal($"{15_050L * booked.Length}");
    }

    private static async Task<ServiceProcess> StartAsync(string assembly, TempDirectory directory)
    {
        var port = ServiceProcess.FreePort();
        var service = ServiceProcess.StartProgram(["dotnet", assembly], directory,
        [
            ("PORT", $"{port}"),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"),
            ("ExternalApi__MaxConcurrency", "4"),
            ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Warning"),
        ]);
        await Eventually.HoldsAsync(service.IsReadyAsync, $"the sample is ready: {service.Output} {service.Errors}");
        return service;
    }

    private static string[] Read(TempDirectory directory, string sql)
    {
        using var ledger = new SqliteConnection($"Data Source={directory.Path}/ledger.db;Pooling=False");
        ledger.Open();
        return [.. ledger.Strings(sql)];
    }
}
