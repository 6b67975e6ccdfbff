using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>The command <c>backup</c>, next to a running service.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class BackupTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _elsewhere = new();

    private string Copy => Path.Combine(_directory.Path, "copy.db");

    [TearDown]
    public void Dispose()
    {
        _directory.Dispose();
        _elsewhere.Dispose();
    }

    [Test]
    public async Task Backup_HoldsEveryPromiseMadeBefore_AndRefusesNoSender_WhenTheServiceIsUnderLoad()
    {
        await MakeAsync(rows: 200_000);
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("Processing__Delay", "00:00:30"));
        var load = new Load(service.Client, "load");
        using var stop = new CancellationTokenSource();
        var posting = load.PostUntilAsync(stop.Token, connections: 4);
        await Eventually.HoldsAsync(() => load.Accepted.Count > 2_000, "the service is under load");

        string[] promised = [.. load.Accepted];
        var (exitCode, output) = await RunAsync("backup", Copy);
        var acceptedMeanwhile = load.Accepted.Count - promised.Length;
        await stop.CancelAsync();
        await posting;

        exitCode.Should().Be(0, output);
        var stored = DatabaseFile.Count(await RestoreAsync());
        output.Should().Be($"Backed up {stored} transactions, {new FileInfo(Copy).Length} bytes, to {Copy}\n");
        TestContext.Out.WriteLine($"{output.Trim()}; {acceptedMeanwhile} accepted during it, the slowest in {load.Slowest.TotalMilliseconds:0} ms");
        acceptedMeanwhile.Should().BePositive();
        load.CheckRefusals();
        Directory.GetFiles(_directory.Path, "copy.db*").Should().Equal([Copy], "the backup is a single file");
        DatabaseFile.Strings(_elsewhere, "SELECT transaction_id FROM transactions").Should().Contain(promised);
        await ServeRestoredAsync();
    }

    [TestCase("copy.db")]
    [TestCase("copy.db-wal")]
    [TestCase("copy.db-journal")]
    public async Task Backup_IsRefused_WhenItsFileOrALogOfItExists(string taken)
    {
        await Processed.OneAsync(_directory, "one");
        var path = Path.Combine(_directory.Path, taken);
        await File.WriteAllTextAsync(path, "mine");

        var (exitCode, output) = await RunAsync("backup", Copy);

        exitCode.Should().Be(1);
        output.Should().Be($"{path} already exists; nothing was written.\n");
        Directory.GetFiles(_directory.Path, "copy.db*").Should().Equal(path);
        (await File.ReadAllTextAsync(path)).Should().Be("mine");
    }

    [Test]
    public async Task Backup_LeavesNothingUnderItsName_WhenItIsKilledOrStoppedInTheMiddle([Values] bool isKilled)
    {
        await MakeAsync(rows: 400_000);
        await using (var backup = ServiceProcess.Start([], ["backup", Copy], _directory, []))
        {
            await Eventually.HoldsAsync(() => Directory.GetFiles(_directory.Path, "*.partial").Length > 0, "the backup has begun");
            if (isKilled)
            {
                await backup.KillAsync();
            }
            else
            {
                (await backup.TerminateAsync()).Should().Be(1);
                backup.Errors.Should().Be("The backup was stopped; nothing was kept.\n");
            }
        }

        File.Exists(Copy).Should().BeFalse();
        Directory.GetFiles(_directory.Path, "*.partial").Length.Should().Be(isKilled ? 1 : 0);
        (await RunAsync("backup", Copy)).ExitCode.Should().Be(0, "nothing blocks the next backup");
        (await RunAsync("check", Copy)).Should().Be((0, "ok\n"));
    }

    private Task<(int ExitCode, string Output)> RunAsync(params string[] command) => ServiceProcess.RunAsync(command, _directory);

    /// <summary>Creates a database with this many finished rows of about 230 bytes each.</summary>
    private async Task MakeAsync(int rows)
    {
        (await RunAsync("migrate")).ExitCode.Should().Be(0);
        DatabaseFile.Execute(_directory, string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO transactions (sequence, transaction_id, source_account, destination_account, amount, currency, status,
                created_at, processed_at, attempts)
            SELECT i, 'old_' || i, 'source', 'destination', '1.00', 'INR', 'PROCESSED', i, i, 1 FROM n;
            UPDATE totals SET accepted = {rows}, processed = {rows};
            """));
    }

    private async Task<TempDirectory> RestoreAsync()
    {
        File.Copy(Copy, _elsewhere.Database);
        (await ServiceProcess.RunAsync(["check"], _elsewhere)).Should().Be((0, "ok\n"));
        return _elsewhere;
    }

    private async Task ServeRestoredAsync()
    {
        DatabaseFile.Count(_elsewhere, "status = 'PROCESSING' AND claimed_by IS NOT NULL").Should().BePositive("a dead instance has claimed some rows");
        await using (var restored = await ServiceProcess.StartReadyAsync(_elsewhere, ("Processing__Delay", "00:00:00.010")))
        {
            await Eventually.HoldsAsync(
                () => DatabaseFile.Count(_elsewhere, "status <> 'PROCESSED'") == 0, "the other process completes the restored rows");
            (await restored.TerminateAsync()).Should().Be(0);
        }

        DatabaseFile.Count(_elsewhere, "attempts <> 1").Should().Be(0, "each transaction is processed once");
        (await ServiceProcess.RunAsync(["check"], _elsewhere)).Should().Be((0, "ok\n"));
    }
}
