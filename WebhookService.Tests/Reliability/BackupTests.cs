using System.Globalization;
using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability;

/// <summary>The commands <c>backup</c> and <c>check</c>, beside a service that goes on.</summary>
[NonParallelizable]
public sealed class BackupTests : IDisposable
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
        await Eventually.HoldsAsync(() => load.Accepted.Count > 2_000, "there is load");

        string[] promised = [.. load.Accepted];
        var (exitCode, output) = await RunAsync("backup", Copy);
        var acceptedMeanwhile = load.Accepted.Count - promised.Length;
        await stop.CancelAsync();
        await posting;

        exitCode.Should().Be(0, output);
        var stored = DatabaseFile.Count(await RestoreAsync());
        output.Should().Be($"Backed up {stored} transactions, {new FileInfo(Copy).Length} bytes, to {Copy}\n");
        TestContext.Out.WriteLine($"{output.Trim()}; {acceptedMeanwhile} accepted meanwhile, the slowest in {load.Slowest.TotalMilliseconds:0} ms");
        acceptedMeanwhile.Should().BePositive();
        CheckRefusals(load);
        Directory.GetFiles(_directory.Path, "copy.db*").Should().Equal([Copy], "it is one file, and needs no other");
        DatabaseFile.Strings(_elsewhere, "SELECT transaction_id FROM transactions").Should().Contain(promised);
        await ServeRestoredAsync();
    }

    // None, on a machine that has time. One that has not answers a few with an honest 503, with a backup or without.
    private static void CheckRefusals(Load load)
    {
        load.Refused.Should().NotContain(answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable);
        load.Refused.Count.Should().BeLessThan(load.Accepted.Count / 100);
    }

    [Test]
    public async Task Check_FindsNothing_AndRefusesNoSender_WhenTheServiceIsUnderLoad()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("Processing__Delay", "00:00:00.100"));
        var load = new Load(service.Client, "load");
        using var stop = new CancellationTokenSource();
        var posting = load.PostUntilAsync(stop.Token, connections: 4);
        await Eventually.HoldsAsync(() => load.Accepted.Count > 2_000, "there is load");

        var configured = await RunAsync("check");
        var named = await RunAsync("check", _directory.Database);
        await stop.CancelAsync();
        await posting;

        configured.Should().Be((0, "ok\n"));
        named.Should().Be((0, "ok\n"));
        CheckRefusals(load);
    }

    [TestCase("150.50INR", "1x0.50INR", "transaction hurt (sequence 1): its amount is none")]
    [TestCase("hurtacc_user", "hurXacc_user", "row 1 missing from index ux_transactions_transaction_id")]
    public async Task Check_NamesTheRow_WhenBytesInThePageAreOverwritten(string value, string damaged, string finding)
    {
        await ProcessOneAsync("hurt");
        await OverwriteAsync(value, damaged);

        var (exitCode, output) = await RunAsync("check");

        exitCode.Should().Be(1);
        output.Split('\n').Should().Contain(finding).And.NotContain("ok");
    }

    [Test]
    public async Task Check_NamesThePages_AndBackupKeepsNothing_WhenTheirMiddleIsOverwritten()
    {
        await ProcessOneAsync("hurt");
        await using (var file = File.OpenWrite(_directory.Database))
        {
            for (var page = 4_096; page < file.Length; page += 4_096)
            {
                file.Position = page + 2;
                await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 4_000).ToArray());
            }
        }

        var check = await RunAsync("check");
        var backup = await RunAsync("backup", Copy);

        check.ExitCode.Should().Be(1);
        check.Output.Should().MatchRegex(@"(?m)^Tree \d+ page \d+").And.NotContain("   at ");
        backup.ExitCode.Should().Be(1);
        backup.Output.TrimEnd().Should().Contain("damaged").And.NotContain("\n");
        Directory.GetFiles(_directory.Path, "copy.db*").Should().BeEmpty();
    }

    [Test]
    public async Task Check_ChangesNothing_WhenAKilledServiceLeftALog()
    {
        await using (var service = await ServiceProcess.StartReadyAsync(_directory))
        {
            await new Load(service.Client, "killed").PostAsync(100);
            await service.KillAsync();
        }

        var before = await ReadAsync();

        (await RunAsync("check")).Should().Be((0, "ok\n"));

        (await ReadAsync()).Should().Equal(before);

        async Task<byte[]> ReadAsync() =>
            [.. await File.ReadAllBytesAsync(_directory.Database), .. await File.ReadAllBytesAsync(_directory.Database + "-wal")];
    }

    [Test]
    public async Task Check_SaysSo_WhenTheFileIsNoDatabase()
    {
        await File.WriteAllTextAsync(Copy, new string('x', 5_000));

        var (exitCode, output) = await RunAsync("check", Copy);

        exitCode.Should().Be(1);
        output.Should().Contain("file is not a database").And.NotContain("   at ");
    }

    [TestCase("copy.db")]
    [TestCase("copy.db-wal")]
    [TestCase("copy.db-journal")]
    public async Task Backup_IsRefused_WhenItsFileOrALogOfItExists(string taken)
    {
        await ProcessOneAsync("one");
        var path = Path.Combine(_directory.Path, taken);
        await File.WriteAllTextAsync(path, "mine");

        var (exitCode, output) = await RunAsync("backup", Copy);

        exitCode.Should().Be(1);
        output.Should().Be($"{path} exists already; nothing was written.\n");
        Directory.GetFiles(_directory.Path, "copy.db*").Should().Equal(path);
        (await File.ReadAllTextAsync(path)).Should().Be("mine");
    }

    [TestCase("backup", "Usage: backup FILE")]
    [TestCase("backup /no/such/directory/copy.db", "There is no database")]
    [TestCase("check", "There is no database")]
    [TestCase("check none.db", "There is no database")]
    public async Task Commands_FailInOneLine_WhenThereIsNothingToDo(string command, string said)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(command.Split(' '), _directory);

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith(said).And.NotContain("\n");
        Directory.GetFiles(_directory.Path).Should().BeEmpty();
    }

    [TestCase("backup copy.db", "postgresql://u:hunter2@127.0.0.1:9/pay", "pay on PostgreSQL at 127.0.0.1", "pg_dump")]
    [TestCase("check", "postgresql://u:hunter2@127.0.0.1:9/pay", "pay on PostgreSQL at 127.0.0.1", "pg_amcheck")]
    [TestCase("backup copy.db", "sqlserver://u:hunter2@127.0.0.1:9/pay", "pay on SQL Server at 127.0.0.1", "BACKUP DATABASE … WITH CHECKSUM")]
    [TestCase("check", "sqlserver://u:hunter2@127.0.0.1:9/pay", "pay on SQL Server at 127.0.0.1", "DBCC CHECKDB")]
    public async Task Commands_NameTheServersOwnTools_WhenTheDatabaseIsOnAServer(string command, string url, string name, string tools)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(
            command.Split(' '), _directory, ("DATABASE_URL", url), ("Inbox__Path", Path.Combine(_directory.Path, "inbox.db")));

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith(name).And.Contain(tools).And.NotContain("\n").And.NotContain("hunter2");
        output.Contains("inbox.db", StringComparison.Ordinal).Should().Be(command != "check", "what waits there is in no backup");
        Directory.GetFiles(_directory.Path).Should().BeEmpty();
    }

    [Test]
    public async Task Backup_LeavesNothingUnderItsName_WhenItIsKilledOrStoppedInTheMiddle([Values] bool isKilled)
    {
        await MakeAsync(rows: 400_000);
        await using (var backup = ServiceProcess.Start([], ["backup", Copy], _directory, []))
        {
            await Eventually.HoldsAsync(() => Directory.GetFiles(_directory.Path, "*.partial").Length > 0, "it is under way");
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
        (await RunAsync("backup", Copy)).ExitCode.Should().Be(0, "the next one is not held up");
        (await RunAsync("check", Copy)).Should().Be((0, "ok\n"));
    }

    private Task<(int ExitCode, string Output)> RunAsync(params string[] command) => ServiceProcess.RunAsync(command, _directory);

    /// <summary>A database with so many finished rows, some 230 bytes each.</summary>
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

    private async Task ProcessOneAsync(string id)
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("Processing__Delay", "00:00:00"));
        using var response = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id)));
        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'PROCESSED'") == 1, "it is processed");
        (await service.TerminateAsync()).Should().Be(0);
    }

    // Everywhere: a page keeps what it had, in the space that is free again.
    private async Task OverwriteAsync(string value, string damaged)
    {
        var bytes = await File.ReadAllBytesAsync(_directory.Database);
        var found = 0;
        for (int at; (at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value))) >= 0; found++)
        {
            Encoding.UTF8.GetBytes(damaged).CopyTo(bytes, at);
        }

        found.Should().BePositive();
        await File.WriteAllBytesAsync(_directory.Database, bytes);
    }

    private async Task<TempDirectory> RestoreAsync()
    {
        File.Copy(Copy, _elsewhere.Database);
        (await ServiceProcess.RunAsync(["check"], _elsewhere)).Should().Be((0, "ok\n"));
        return _elsewhere;
    }

    private async Task ServeRestoredAsync()
    {
        DatabaseFile.Count(_elsewhere, "status = 'PROCESSING' AND claimed_by IS NOT NULL").Should().BePositive("a dead instance holds some");
        await using (var restored = await ServiceProcess.StartReadyAsync(_elsewhere, ("Processing__Delay", "00:00:00.010")))
        {
            await Eventually.HoldsAsync(
                () => DatabaseFile.Count(_elsewhere, "status <> 'PROCESSED'") == 0, "the other process finishes what it found");
            (await restored.TerminateAsync()).Should().Be(0);
        }

        DatabaseFile.Count(_elsewhere, "attempts <> 1").Should().Be(0, "each is processed once");
        (await ServiceProcess.RunAsync(["check"], _elsewhere)).Should().Be((0, "ok\n"));
    }
}
