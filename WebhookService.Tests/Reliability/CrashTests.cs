using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>The service is killed with kill -9, WEBHOOK_TEST_KILLS times (default 3).</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class CrashTests
{
    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    [Test]
    public async Task Service_KeepsEveryPromise_WhenKilledAtRandomInstants()
    {
        const int seed = 20260115;
        var random = new Random(seed);
        using var directory = new TempDirectory();
        HashSet<string> promised = [];
        var sent = 0;

        for (var round = 0; round < Kills; round++)
        {
            await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00.050"));
            var load = new Load(service.Client, $"kill_{round}");
            var posting = load.PostUntilAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 1_500)), TimeProvider.System, CancellationToken.None);
            await service.KillAsync();
            await posting;
            promised.UnionWith(load.Accepted);
            sent += load.Sent;
        }

        await using var last = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        await Eventually.HoldsAsync(
            () => DatabaseFile.Count(directory, "status = 'PROCESSING'") == 0, $"all are processed (seed {seed})");
        var stored = DatabaseFile.Strings(directory, "SELECT transaction_id FROM transactions WHERE status = 'PROCESSED'");

        TestContext.Out.WriteLine($"{Kills} kills, {sent} sent, {promised.Count} promised, {stored.Count} stored");
        promised.Should().NotBeEmpty();
        promised.Except(stored).Should().BeEmpty("each 202 is a promise (seed {0})", seed);
        stored.Should().OnlyHaveUniqueItems();
        stored.Count.Should().BeLessThanOrEqualTo(sent);
        DatabaseFile.Count(directory, "attempts <> 1").Should().Be(0, "each row had one terminal transition");
    }

    [Test]
    public async Task Service_Starts_WhenItWasKilledWhileMigrating()
    {
        using var directory = new TempDirectory();
        foreach (var milliseconds in new[] { 150, 250, 350, 450, 600 })
        {
            await using var service = ServiceProcess.Start(directory);
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
            await service.KillAsync();
        }

        DatabaseFile.Execute(directory, """
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" (
                "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT OR IGNORE INTO "__EFMigrationsLock" VALUES (1, '2026-01-15 10:30:00');
            """);
        await using var last = await ServiceProcess.StartReadyAsync(directory);

        using var response = await last.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));

        ((int)response.StatusCode).Should().Be(202);
    }
}
