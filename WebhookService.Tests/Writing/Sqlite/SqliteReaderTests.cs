using System.Data.Common;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteReaderTests : TransactionReaderContract
{
    // In place of the table: a query that never ends and signals when it has begun.
    private const string EndlessTable = """
        ALTER TABLE transactions RENAME TO stored;
        CREATE VIEW transactions AS
        WITH RECURSIVE endless (n) AS (SELECT has_begun() UNION ALL SELECT n + 1 FROM endless)
        SELECT stored.* FROM endless CROSS JOIN stored WHERE n < 0;
        """;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(2);

    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());

    [Test]
    public async Task Reads_AreInterrupted_WhenTheirQueryRunsTooLong()
    {
        await using var database = new SqliteFile();
        using var begun = new SemaphoreSlim(0);
        await using var instance = await OpenEndlessAsync(database, begun);

        var finding = Task.Run(() => instance.Reader.FindAsync("x", CancellationToken.None));
        await begun.WaitAsync().Soon();
        instance.Clock.Advance(ReadTimeout);

        var wait = () => finding.Soon();
        await wait.Should().ThrowAsync<StoreUnavailableException>().WithMessage("*longer than 2 s*");
    }

    [Test]
    public async Task List_IsUnavailable_WhenNoSlotBecomesFree()
    {
        await using var database = new SqliteFile();
        using var begun = new SemaphoreSlim(0);
        await using var instance = await OpenEndlessAsync(database, begun);
        using var caller = new CancellationTokenSource();

        var running = Task.Run(() => instance.Reader.ListAsync(new TransactionQuery(), caller.Token));
        await begun.WaitAsync().Soon();
        var waiting = instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None);
        instance.Clock.Advance(ReadTimeout);

        foreach (var list in new[] { running, waiting })
        {
            var wait = () => list.Soon();
            await wait.Should().ThrowAsync<StoreUnavailableException>();
        }

        begun.CurrentCount.Should().Be(0, "the second query was never begun");
    }

    [Test]
    public async Task Reads_AreCancelled_WhenTheCallerGoesAwayWhileTheQueryRuns()
    {
        await using var database = new SqliteFile();
        using var begun = new SemaphoreSlim(0);
        await using var instance = await OpenEndlessAsync(database, begun);
        using var caller = new CancellationTokenSource();

        var listing = Task.Run(() => instance.Reader.ListAsync(new TransactionQuery(), caller.Token));
        await begun.WaitAsync().Soon();
        await caller.CancelAsync();

        var wait = () => listing.Soon();
        await wait.Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task Find_ReportsAnUnreadableRow_OnlyToThoseWhoAskForIt()
    {
        await using var database = new SqliteFile();
        await using var instance = new StoreFixture(database.Url, [("Reads:MaxConcurrentLookups", "1")]);
        await instance.StartAsync();
        foreach (var id in new[] { "first", "good", "bad" })
        {
            await instance.Store.AddAsync(Row(id));
        }

        database.Execute("UPDATE transactions SET amount = 'much' WHERE transaction_id = 'bad'");
        using var begun = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        instance.WhenReading = () =>
        {
            begun.Release();
            gate.Wait();
        };

        var first = instance.Reader.FindAsync("first", CancellationToken.None);
        await begun.WaitAsync().Soon();
        var good = instance.Reader.FindAsync("good", CancellationToken.None);
        var bad = () => instance.Reader.FindAsync("bad", CancellationToken.None).Soon();
        var failing = bad.Should().ThrowAsync<FormatException>();
        gate.Set();

        (await first.Soon()).Should().NotBeNull();
        (await good.Soon()).Should().NotBeNull();
        await failing;
    }

    private static Transaction Row(string id) => Transaction.Receive(
        id, "acc_a", "acc_b", 10m, "INR", DateTimeOffset.UnixEpoch);

    private static async Task<StoreFixture> OpenEndlessAsync(SqliteFile database, SemaphoreSlim begun)
    {
        var instance = new StoreFixture(
            database.Url,
            [("Reads:Timeout", $"{ReadTimeout}"), ("Reads:MaxConcurrentLists", "1")],
            services => services.AddKeyedSingleton<ReadDialect>(
                DatabaseKind.Sqlite, new AnnouncingReads(DatabaseTarget.Parse(database.Url), begun)));
        await instance.StartAsync();

        // SQLite looks first whether a table has rows at all.
        await instance.Store.AddAsync(Row("x"));
        database.Execute(EndlessTable);
        return instance;
    }

    private sealed class AnnouncingReads(DatabaseTarget target, SemaphoreSlim begun) : SqliteReadDialect(target)
    {
        protected override DbConnection CreateConnection()
        {
            var connection = (SqliteConnection)base.CreateConnection();
            connection.CreateFunction("has_begun", () =>
            {
                begun.Release();
                return 1;
            });
            return connection;
        }
    }
}
