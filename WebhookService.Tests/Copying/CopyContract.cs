using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Copying;

/// <summary>The promises of a copy, between each pair of databases.</summary>
internal abstract class CopyContract
{
    private ITestDatabase _source = null!;
    private ITestDatabase _target = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _source = await CreateSourceAsync();
        _target = await CreateTargetAsync();
        await CopySource.FillAsync(_source.Url);
    }

    [TearDown]
    public async Task DropAsync()
    {
        await (_source?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_target?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected abstract Task<ITestDatabase> CreateSourceAsync();

    protected abstract Task<ITestDatabase> CreateTargetAsync();

    [Test]
    public async Task Copy_HasEveryValue_AndTheTargetGoesOn()
    {
        // A total of every kind, whatever the rows say.
        string[] columns = [.. typeof(TotalsRow).GetProperties().Select(it => it.Name.ToLowerInvariant()).Where(it => it != "instanceid")];
        var changes = string.Join(", ", columns.Select((name, i) => $"{name} = {name} + {1_000 + i}"));
        await _source.ExecuteAsync($"UPDATE totals SET {changes} WHERE instance_id = 0");
        var expected = await DatabaseDump.ReadAsync(_source.Url);
        var totals = await ReadTotalsAsync(_source.Url);

        var (differences, lines) = await CopyRun.RunAsync(_source.Url, _target.Url);

        differences.Should().Be(0);
        lines.Should().Contain(line => line.StartsWith("transactions: compared 10 of 10 rows", StringComparison.Ordinal)
            && line.Contains("equal, SHA-256 ", StringComparison.Ordinal));
        (await DatabaseDump.ReadAsync(_target.Url)).Should().Equal(expected);
        (await ReadTotalsAsync(_target.Url)).Should().Be(totals);
        totals.Should().MatchRegex(string.Join(".*", columns.Order(StringComparer.Ordinal))).And.NotContain(" 0 ");
        await ShouldGoOnAsync();
    }

    // The next instance, sequence and entry have numbers that no row has; unfinished rows are claimed at once.
    private async Task ShouldGoOnAsync()
    {
        await using var store = (await new StoreFixture(_target.Url, []).StartAsync()).WithoutBacklog();
        await store.Store.AddAsync(Transaction.Receive("new", "a", "b", 1, "INR", ObservableTimeProvider.Origin));
        await store.Store.AddAsync(Transaction.Receive("processed", "acc", "b", 1, "INR", ObservableTimeProvider.Origin));
        await store.Store.RecordAsync(new(ObservableTimeProvider.Origin, "ops", "pause", null, 0, null));

        (await store.ClaimAllAsync()).Should().BeEquivalentTo([.. CopySource.Unfinished, "conflict", "stripe:2"]);
        await using var db = store.Get<IDatabase>().CreateContext();
        var rows = db.Transactions.OrderBy(t => t.Sequence).ToList();
        rows[^1].TransactionId.Should().Be("new");
        var instances = db.Set<Instance>().ToList();
        instances.Should().ContainSingle("those of the source are not copied").Which.InstanceId.Should().BeGreaterThan(1);
        db.Set<AuditRow>().OrderBy(row => row.Id).Last().Action.Should().Be("pause");
    }

    [Test]
    public async Task Copy_IsComplete_WhereverItWasStoppedBefore()
    {
        var expected = await DatabaseDump.ReadAsync(_source.Url);
        var stops = 0;
        long? differences = null;
        for (var point = 3; differences is null; point += 4)
        {
            try
            {
                (differences, _) = await CopyRun.RunAsync(_source.Url, _target.Url, stopsAfter: point);
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        differences.Should().Be(0);
        stops.Should().BeGreaterThan(5, "it was stopped in every phase");
        (await DatabaseDump.ReadAsync(_target.Url)).Should().Equal(expected);
        await ShouldGoOnAsync();
    }

    [Test]
    public async Task Service_CannotStart_OnAnUnfinishedCopy()
    {
        await StopAfterTheRowsAsync();
        await using var store = new StoreFixture(_target.Url, []);

        // A file ends the start; a server is tried again and again.
        var starting = store.StartAsync();
        await Eventually.HoldsAsync(
            () => Task.FromResult(starting.IsFaulted || store.Get<WriteQueue>().LastFault?.Contains("being opened", StringComparison.Ordinal) == false),
            "the start was refused");

        var said = starting.Exception?.InnerException?.Message ?? store.Get<WriteQueue>().LastFault;
        said.Should().StartWith("The database ").And.Contain("it holds an unfinished copy of another database");
    }

    [Test]
    public async Task Copy_NamesTheRows_WhenTheyDiffer()
    {
        await StopAfterTheRowsAsync();
        await _target.ExecuteAsync("UPDATE transactions SET destination_account = 'other' WHERE transaction_id = 'processed'");
        await _target.ExecuteAsync("DELETE FROM audit WHERE id = 1");
        await _target.ExecuteAsync("UPDATE attempts SET sequence = 99 WHERE sequence = 3");

        var (differences, lines) = await CopyRun.RunAsync(_source.Url, _target.Url);

        differences.Should().Be(4);
        lines.Should().Contain(["transactions: the row 2 differs", "audit: the row 1 is missing in the target",
            "attempts: the row 3, 1 is missing in the target", "attempts: the row 99, 1 is only in the target"]);
        (await CopyRun.RunAsync(_source.Url, _target.Url)).Differences.Should().Be(4, "the target stays locked");
    }

    [Test]
    public async Task Copy_IsRefused_WhenTheTargetHasRows()
    {
        await CopySource.FillAsync(_target.Url);

        await ShouldBeRefusedAsync("*is not empty: it has rows in attempts*");
    }

    [Test]
    public async Task Copy_IsRefused_WhenAServiceRunsOnTheSource()
    {
        await using var running = await new StoreFixture(_source.Url, []).StartAsync();

        await ShouldBeRefusedAsync("*in use*");
    }

    [Test]
    public async Task Copy_IsRefused_WhenAServiceRunsOnTheTarget()
    {
        await using var running = await new StoreFixture(_target.Url, []).StartAsync();

        await ShouldBeRefusedAsync("*in use*");
    }

    [Test]
    public async Task Copy_IsRefused_WhenAServiceRanOnTheSource_AfterItBegan()
    {
        await StopAfterTheRowsAsync();
        await using (await new StoreFixture(_source.Url, []).StartAsync())
        {
        }

        await ShouldBeRefusedAsync("*holds an unfinished copy of another database, or of this one before a service ran on it*");
    }

    [Test]
    public async Task Copy_IsRefused_WhenTheSourceIsTheTarget()
    {
        var copy = () => CopyRun.RefusedAsync(_source.Url, _source.Url);

        await copy.Should().ThrowAsync<DatabaseCommandException>().WithMessage("The source and the target are the same database.");
    }

    [Test]
    public async Task Copy_IsRefused_WhenTheSourceHasAnOlderSchema()
    {
        await _source.ExecuteAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%Dismissals'");

        await ShouldBeRefusedAsync("The schema of * is not that of this version; run the migrate command on it first.");
    }

    private async Task ShouldBeRefusedAsync(string message)
    {
        var copy = () => CopyRun.RefusedAsync(_source.Url, _target.Url);

        (await copy.Should().ThrowAsync<Exception>().WithMessage(message)).Which.Should()
            .Match(it => it is DatabaseCommandException || it is StoreUnavailableException, "these are shown in one line");
    }

    // All rows are there, but not all indexes, and nothing was compared.
    private async Task StopAfterTheRowsAsync()
    {
        var copy = () => CopyRun.RunAsync(
            _source.Url, _target.Url, stopsAt: line => line.StartsWith("created the index", StringComparison.Ordinal));
        await copy.Should().ThrowAsync<OperationCanceledException>();
    }

    private static async Task<string> ReadTotalsAsync(string url)
    {
        await using var store = new StoreFixture(url, []);
        await using var db = store.Get<IDatabase>().CreateContext();
        return $" {CopyTotals.Read(db)} ";
    }
}
