using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Copying;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Administration;

/// <summary>The command <c>check --repair-totals</c>.</summary>
[TestFixture]
internal sealed class TotalsRepairTests
{
    [Test]
    public async Task Repair_EndsWhatTheCheckFound_WhenRowsWereDeletedByHand()
    {
        await using var file = new SqliteFile();
        await CopySource.FillAsync(file.Url);
        Check(file).Should().BeEmpty("before");
        file.Execute("DELETE FROM transactions WHERE transaction_id IN ('processed', 'claimed')");
        Check(file).Should().Equal("totals say 10 accepted; there are 8", "totals say 3 processed; there are 2");

        var said = await RepairAsync(file.Url);

        said.Should().Equal(
            "totals said 10 accepted; there are 8, and they say so now", "totals said 3 processed; there are 2, and they say so now");
        Check(file).Should().BeEmpty();
        (await RepairAsync(file.Url)).Should().BeEmpty("there is nothing left to correct");
    }

    [Test]
    public async Task Repair_CorrectsEveryTotal()
    {
        await using var file = new SqliteFile();
        await CopySource.FillAsync(file.Url);
        var before = Totals(file);
        file.Execute("UPDATE totals SET accepted = 77, processed = 77, failed = 77, dismissed = 77, conflicts = 0");
        Check(file).Should().HaveCount(5);

        await RepairAsync(file.Url);

        Check(file).Should().BeEmpty();
        Totals(file).Should().Equal(before);
    }

    [Test]
    public async Task Repair_WorksOnAServer()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await CopySource.FillAsync(database.Url);
        await database.ExecuteAsync("DELETE FROM transactions WHERE transaction_id = 'processed'");

        var said = await RepairAsync(database.Url);

        said.Should().HaveCount(2);
        await using var store = await new StoreFixture(database.Url, []).StartAsync();
        await using var db = store.Get<IDatabase>().CreateContext();
        var totals = db.Totals.ToList();
        totals.Sum(row => row.Accepted).Should().Be(9);
        totals.Sum(row => row.Processed).Should().Be(2);
    }

    [Test]
    public async Task Repair_IsRefused_WhileAServiceRuns([Values(false, true)] bool isShared)
    {
        await using ITestDatabase database = isShared ? await PostgresDatabase.CreateAsync() : new SqliteFile();
        await using var running = await new StoreFixture(database.Url, []).StartAsync();

        var repair = () => RepairAsync(database.Url);

        (await repair.Should().ThrowAsync<Exception>().WithMessage("*in use*")).Which
            .Should().Match(it => it is DatabaseCommandException || it is StoreUnavailableException);
    }

    [Test]
    public async Task Repair_CreatesNothing_WhenThereIsNoFile()
    {
        await using var file = new SqliteFile();

        var repair = () => RepairAsync(file.Url);

        await repair.Should().ThrowAsync<DatabaseCommandException>().WithMessage("There is no database *");
        File.Exists(file.Path).Should().BeFalse();
    }

    private static async Task<List<string>> RepairAsync(string url)
    {
        await using var store = new StoreFixture(url, []);
        List<string> said = [];
        await store.Get<IServiceProvider>().RepairTotalsAsync(said.Add, CancellationToken.None);
        return said;
    }

    private static List<string> Check(SqliteFile file)
    {
        List<string> findings = [];
        SqliteCheck.Run(file.Path, findings.Add);
        return findings;
    }

    private static string[] Totals(SqliteFile file) => file.Query("SELECT * FROM totals").Single();
}
