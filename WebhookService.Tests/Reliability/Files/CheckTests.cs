using System.Globalization;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>The command <c>check</c>, on sound files and on damaged ones.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class CheckTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Dispose() => _directory.Dispose();

    [Test]
    public async Task Check_FindsNothing_AndRefusesNoSender_WhenTheServiceIsUnderLoad()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("Processing__Delay", "00:00:00.100"));
        var load = new Load(service.Client, "load");
        using var stop = new CancellationTokenSource();
        var posting = load.PostUntilAsync(stop.Token, connections: 4);
        await Eventually.HoldsAsync(() => load.Accepted.Count > 2_000, "the service is under load");

        var configured = await RunAsync("check");
        var named = await RunAsync("check", _directory.Database);
        await stop.CancelAsync();
        await posting;

        configured.Should().Be((0, "ok\n"));
        named.Should().Be((0, "ok\n"));
        load.CheckRefusals();
    }

    [TestCase("150.50INR", "1x0.50INR", "transaction hurt (sequence 1): its amount is invalid")]
    [TestCase("hurtacc_user", "hurXacc_user", "row 1 missing from index ux_transactions_transaction_id")]
    public async Task Check_NamesTheRow_WhenBytesInThePageAreOverwritten(string value, string damaged, string finding)
    {
        await Processed.OneAsync(_directory, "hurt");
        await OverwriteAsync(value, damaged);

        var (exitCode, output) = await RunAsync("check");

        exitCode.Should().Be(1);
        output.Split('\n').Should().Contain(finding).And.NotContain("ok");
    }

    [Test]
    public async Task Check_NamesThePages_AndBackupKeepsNothing_WhenTheirMiddleIsOverwritten()
    {
        await Processed.OneAsync(_directory, "hurt");

        // Not the pages of the schema, without which nothing can be named.
        var roots = DatabaseFile.Strings(_directory, "SELECT CAST(rootpage AS TEXT) FROM sqlite_schema WHERE rootpage > 1");
        await using (var file = File.OpenWrite(_directory.Database))
        {
            foreach (var page in roots)
            {
                file.Position = ((long.Parse(page, CultureInfo.InvariantCulture) - 1) * 4_096) + 2;
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

    private string Copy => Path.Combine(_directory.Path, "copy.db");

    private Task<(int ExitCode, string Output)> RunAsync(params string[] command) => ServiceProcess.RunAsync(command, _directory);

    // Replaces every copy of the value: a page keeps deleted content in its free space.
    private async Task OverwriteAsync(string value, string damaged)
    {
        // The service may leave a row in the log when it stops.
        DatabaseFile.Execute(_directory, "PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = await File.ReadAllBytesAsync(_directory.Database);
        var found = 0;
        for (int at; (at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value))) >= 0; found++)
        {
            Encoding.UTF8.GetBytes(damaged).CopyTo(bytes, at);
        }

        found.Should().BePositive();
        await File.WriteAllBytesAsync(_directory.Database, bytes);
    }
}
