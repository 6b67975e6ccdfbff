using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Copying.Sides;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>The command <c>copy</c> in a process of its own, killed while it writes.</summary>
[Category("Long")]
internal sealed class CopyKillTests : IDisposable
{
    private const int Rows = 120_000;

    // Several commits before the end.
    private const int Enough = 20_000;

    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Dispose() => _directory.Dispose();

    [Test]
    public async Task Copy_Continues_WhenItWasKilled_AndNoServiceStartsBefore()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await FillAsync();
        string[] command = ["copy", "--from", _directory.DatabaseUrl, "--to", database.Url];

        await using (var copy = ServiceProcess.Start([], command, _directory, []))
        {
            await Eventually.HoldsAsync(async () => await CountCopiedAsync(database) >= Enough, "rows are being copied");
            await copy.KillAsync();
        }

        var copied = await CountCopiedAsync(database);
        copied.Should().BeLessThan(Rows, "it was killed on the way");
        await using (var early = ServiceProcess.Start(_directory, ("DATABASE_URL", database.Url)))
        {
            await Eventually.HoldsAsync(early.IsAliveAsync, "the service listens");
            await Eventually.HoldsAsync(
                () => Task.FromResult(early.Output.Contains("unfinished copy", StringComparison.Ordinal)), "it says why it is not ready");
            (await early.IsReadyAsync()).Should().BeFalse();
        }

        var (exitCode, output) = await ServiceProcess.RunAsync(command, _directory);

        output.Should().Contain($"transactions: copied {Rows} of {Rows} rows").And.Contain("ok: every row is equal.");
        exitCode.Should().Be(0);
        (await database.QueryAsync("SELECT count(*) FROM transactions")).Should().Equal($"{Rows}");
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("DATABASE_URL", database.Url), ("Processing__Enabled", "false"));
    }

    [Test]
    public async Task Service_Ends_WhenItsFileIsAnUnfinishedCopy()
    {
        await FillAsync();
        DatabaseFile.Execute(_directory, string.Join(";", CopySide.Of(Infrastructure.Model.DatabaseTarget.Parse(_directory.DatabaseUrl)).Begin));

        await using var service = ServiceProcess.Start(_directory);

        (await service.WaitForExitAsync()).Should().Be(1);
        (service.Output + service.Errors).Should().Contain("it holds an unfinished copy of another database; run the copy command again");
        var (exitCode, output) = await ServiceProcess.RunAsync(["check"], _directory);
        exitCode.Should().Be(1);
        output.Should().StartWith("it holds an unfinished copy");
    }

    [TestCase("copy", "Usage: copy --from URL --to URL")]
    [TestCase("copy --from sqlite:///a.db", "Usage: copy --from URL --to URL")]
    [TestCase("copy --from sqlite:///a.db --to mysql://host/db", "--to must be sqlite:///relative/path.db")]
    [TestCase("copy --from sqlite:///a.db --to sqlite:///b.db", "There is no database")]
    [TestCase("copy --from postgresql://u:hunter2@127.0.0.1:9/pay --to sqlite:///b.db", "The copy stopped: ")]
    public async Task Copy_IsRefusedInOneLine(string command, string said)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(command.Split(' '), _directory);

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith(said).And.NotContain("\n").And.NotContain("hunter2");
        Directory.GetFiles(_directory.Path).Should().BeEmpty();
    }

    private async Task FillAsync()
    {
        await using (await new StoreFixture(_directory.DatabaseUrl, []).StartAsync())
        {
        }

        using var file = DatabaseFile.Open(_directory);
        file.Execute($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
            INSERT INTO transactions (
                sequence, transaction_id, source_account, destination_account, amount, currency, status, created_at, processed_at, attempts, claimed_by,
                succeeded_start, succeeded_status)
            SELECT i, 'txn_' || i, 'a' || i, 'b', '1.50', 'INR', 'PROCESSED', 1760000000000000 + i, 1760000000000001 + i, 1, 1, 1760000000000000 + i, 200
            FROM n;
            UPDATE totals SET accepted = {Rows}, processed = {Rows}
            """);
    }

    private static async Task<int> CountCopiedAsync(PostgresDatabase database) =>
        await database.QueryAsync("SELECT to_regclass('transactions')::text") is [{ Length: > 0 }]
        && await database.QueryAsync("SELECT count(*) FROM transactions") is [var count]
            ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
