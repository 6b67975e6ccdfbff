using System.Diagnostics;
using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>An earlier run left many unprocessed rows: WEBHOOK_TEST_BACKLOG of them (default 100,000).</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class BacklogTests
{
    private static readonly int Rows = int.Parse(
        Environment.GetEnvironmentVariable("WEBHOOK_TEST_BACKLOG") ?? "100000", CultureInfo.InvariantCulture);

    [Test]
    public async Task Service_StartsAtOnceAndDrainsInOrder_WhenABacklogIsLeft()
    {
        using var directory = new TempDirectory();
        await using (var first = await ServiceProcess.StartReadyAsync(directory))
        {
            await first.TerminateAsync();
        }

        Fill(directory);
        var start = Stopwatch.GetTimestamp();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        var readyAfter = Stopwatch.GetElapsedTime(start);

        using var response = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("late")));
        ((int)response.StatusCode).Should().Be(202);
        await Eventually.HoldsAsync(
            () => Task.FromResult(DatabaseFile.Count(directory, "status = 'PROCESSING'") == 0),
            "the backlog is drained",
            TimeSpan.FromMinutes(5));

        var peak = service.MemoryInMebibytes("VmHWM");
        TestContext.Out.WriteLine(
            $"{Rows} rows: ready after {readyAfter.TotalSeconds:0.0} s, drained after "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, peak {peak:0} MiB");
        peak.Should().BeLessThan(300);
        DatabaseFile.Count(directory, "attempts <> 1").Should().Be(0);
        WorstInversion(directory).Should().BeLessThan(20_000, "rows overtake each other only among those in memory");
        DatabaseFile.Strings(directory, "SELECT transaction_id FROM transactions ORDER BY processed_at DESC LIMIT 5000")
            .Should().Contain("late", "a new row queues behind the old ones");
    }

    // The greatest distance, in rows, by which an older row finished after a newer one.
    private static long WorstInversion(TempDirectory directory)
    {
        var sequences = DatabaseFile.Strings(
            directory, "SELECT CAST(sequence AS TEXT) FROM transactions ORDER BY processed_at");
        long newest = 0;
        long worst = 0;
        foreach (var sequence in sequences.Select(text => long.Parse(text, CultureInfo.InvariantCulture)))
        {
            newest = Math.Max(newest, sequence);
            worst = Math.Max(worst, newest - sequence);
        }

        return worst;
    }

    // Every third row was claimed by an instance that is gone; the others were never claimed.
    private static void Fill(TempDirectory directory) => DatabaseFile.Execute(directory, $"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
        INSERT INTO transactions (transaction_id, source_account, destination_account, amount, currency, status,
            created_at, attempts, claimed_by)
        SELECT 'old_' || i, 'acc_user_789', 'acc_merchant_456', '150.50', 'INR', 'PROCESSING',
            1768473000000000 + i * 1000, 0,
            CASE WHEN i % 3 = 0 THEN 1 END
        FROM n
        """);
}
