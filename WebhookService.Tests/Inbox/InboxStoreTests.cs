using System.Runtime.CompilerServices;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Inbox;

/// <summary>An inbox that is never emptied, in front of PostgreSQL.</summary>
[TestFixture]
internal sealed class InboxStoreTests : StoreContract
{
    private static readonly byte[] Body = [.. Enumerable.Range(0, 3_000).Select(i => (byte)i)];

    private readonly TempDirectory _directory = new();

    private string InboxPath => Path.Combine(_directory.Path, "inbox.db");

    [TearDown]
    public void TearDown() => _directory.Dispose();

    // The query sees the database as of its start; by the time it ends, the row may have left the inbox.
    [Test]
    public async Task Find_FindsARow_ThatIsDeliveredWhileTheDatabaseIsAsked()
    {
        var instance = await OpenWithInboxAsync();
        var inbox = instance.Get<TransactionInbox>();
        var add = inbox.Add(Row("txn"), null, out var adding);
        await adding.Soon();
        instance.WhenReading = () => inbox.ForgetAsync([add.Sequence]).AsTask().Soon().GetAwaiter().GetResult();

        (await instance.Reader.FindAsync("txn", CancellationToken.None)).Should().NotBeNull();
    }

    // While the server is away for a day, millions of requests come and go.
    [Test]
    public async Task Add_LeavesNothingBehind_WhenItsTimeIsOver()
    {
        var instance = await OpenWithInboxAsync();

        var row = await AddInVainAsync(instance);

        await Eventually.HoldsAsync(
            () =>
            {
                GC.Collect();
                return Task.FromResult(!row.IsAlive);
            },
            "the row is garbage-collected",
            TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Find_FindsTheEvent_WhileItsRowWaits()
    {
        var instance = await OpenWithInboxAsync();
        await AddAsync(instance);

        var waiting = await instance.Reader.FindAsync("txn", CancellationToken.None);
        var received = await instance.Get<IEventReader>().FindEventAsync("txn", CancellationToken.None);

        (waiting!.Source, waiting.Event).Should().Be(("stripe", new EventDetails("payment_intent.succeeded", "evt_1", At(-5))));
        received!.Payload!.Body.ToArray().Should().Equal(Body);
    }

    [Test]
    public async Task Deliver_BringsTheEvent_WithItsRow_AfterARestart()
    {
        var first = await OpenWithInboxAsync();
        await AddAsync(first);
        (await first.Get<ITransactionIntake>().QuarantineAsync(Odd(1, body: Body))).Should().Be(QuarantineOutcome.Quarantined);
        await KillAsync(first);
        var instance = await OpenWithInboxAsync();
        var inbox = instance.Get<TransactionInbox>();
        (inbox.Waiting, inbox.WaitingEvents).Should().Be((1, 1));

        (await instance.Get<InboxDelivery>().DeliverAsync(inbox.ReadOldest())).Should().BeTrue();
        (await instance.Get<InboxEventDelivery>().DeliverAsync(CancellationToken.None)).Should().BeTrue();

        (inbox.Waiting, inbox.WaitingEvents).Should().Be((0, 0));
        var reader = instance.Get<IEventReader>();
        var received = await reader.FindEventAsync("txn", CancellationToken.None);
        (received! with { Payload = null }).Should().Be(Event() with { Payload = null });
        received.Payload!.Body.ToArray().Should().Equal(Body);
        var odd = (await reader.ListQuarantineAsync(null, null, 5, CancellationToken.None)).Should().ContainSingle().Subject;
        var stored = await reader.FindQuarantinedAsync(odd.Id, CancellationToken.None);
        stored.Should().BeEquivalentTo(Odd(1), options => options.Excluding(it => it.Payload));
        stored!.Payload.Body.ToArray().Should().Equal(Body);
    }

    [Test]
    public async Task Deliver_KeepsAnEvent_WhileTheQuarantineOfTheDatabaseIsFull()
    {
        var instance = await OpenWithInboxAsync(("Quarantine:MaxRows", "1"));
        var (intake, events) = (instance.Get<ITransactionIntake>(), instance.Get<InboxEventDelivery>());
        await instance.Store.QuarantineAsync(Odd(1));
        (await intake.QuarantineAsync(Odd(2))).Should().Be(QuarantineOutcome.Quarantined, "the inbox has room for one");
        (await intake.QuarantineAsync(Odd(3))).Should().Be(QuarantineOutcome.Full);

        (await events.DeliverAsync(CancellationToken.None)).Should().BeFalse();
        (await intake.QuarantineAsync(Odd(3))).Should().Be(QuarantineOutcome.Full);
        await instance.Get<IQuarantine>().RemoveAsync(
            (await instance.Get<IEventReader>().ListQuarantineAsync(null, null, 1, CancellationToken.None)).Single().Id);

        (await events.DeliverAsync(CancellationToken.None)).Should().BeTrue();
        (await instance.Get<IEventReader>().ListQuarantineAsync(null, null, 1, CancellationToken.None))
            .Should().ContainSingle().Which.EventId.Should().Be("evt_2");
        (await intake.QuarantineAsync(Odd(3))).Should().Be(QuarantineOutcome.Quarantined);
    }

    // The forwarder is told of an event as of a transaction, and retries it when its time has come.
    [Test]
    public async Task Forwarder_DeliversEvents_AlsoThoseThatHadToWait()
    {
        var instance = await OpenWithInboxAsync(("Quarantine:MaxRows", "1"));
        await instance.Store.QuarantineAsync(Odd(1));
        var forwarder = instance.Get<InboxForwarder>();
        await forwarder.StartAsync(CancellationToken.None);
        await instance.Get<ITransactionIntake>().QuarantineAsync(Odd(2));
        await instance.Clock.ArmedAsync(TimeSpan.FromMinutes(1));
        forwarder.IsQuarantineFull.Should().BeTrue();
        await instance.Get<IQuarantine>().RemoveAsync(
            (await instance.Get<IEventReader>().ListQuarantineAsync(null, null, 1, CancellationToken.None)).Single().Id);

        instance.Clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(() => Task.FromResult(instance.Get<TransactionInbox>().WaitingEvents == 0), "it is delivered");
        await forwarder.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task Open_AddsTheColumns_ToAFileOfAnEarlierVersion()
    {
        using (var file = SqliteText.Open(InboxPath, SqliteOpenMode.ReadWriteCreate))
        {
            file.Execute("""
                CREATE TABLE inbox (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT, transaction_id TEXT NOT NULL, source_account TEXT NOT NULL,
                    destination_account TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL, created_at INTEGER NOT NULL);
                CREATE TABLE quarantine (
                    sequence INTEGER PRIMARY KEY, transaction_id TEXT NOT NULL, source_account TEXT NOT NULL,
                    destination_account TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,
                    created_at INTEGER NOT NULL, quarantined_at INTEGER NOT NULL);
                INSERT INTO inbox VALUES (1, 'waiting', 'a', 'b', '1.00', 'INR', 1);
                INSERT INTO quarantine VALUES (2, 'aside', 'a', 'b', '1.00', 'INR', 1, 1);
                """);
        }

        var instance = await OpenWithInboxAsync();
        await AddAsync(instance);
        var inbox = instance.Get<TransactionInbox>();

        (await instance.Get<InboxDelivery>().DeliverAsync(inbox.ReadOldest())).Should().BeTrue();

        (await instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None))
            .Select(row => (row.TransactionId, row.Source)).Should().BeEquivalentTo([("waiting", null), ("aside", null), ("txn", "stripe")]);
    }

    private static async Task AddAsync(StoreFixture instance)
    {
        instance.Get<TransactionInbox>().Add(Row("txn", from: "stripe"), Event(body: Body), out var adding);
        (await adding.AsTask().Soon()).Should().Be(AddOutcome.Added);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> AddInVainAsync(StoreFixture instance)
    {
        var row = Row("txn");
        var adding = instance.Get<ITransactionIntake>().AddAsync(row).AsTask();
        await instance.Clock.ArmedAsync(due => due > TimeSpan.Zero && due <= new IntakeOptions().Deadline, count: 2);
        instance.Clock.Advance(new IntakeOptions().Deadline);
        (await adding.Soon()).Should().Be(AddOutcome.Added);
        return new WeakReference(row);
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    private async Task<StoreFixture> OpenWithInboxAsync(params (string Key, string Value)[] settings)
    {
        var instance = Build([("Inbox:Path", InboxPath), .. settings]);
        await instance.Get<TransactionInbox>().StartingAsync(CancellationToken.None);
        return await instance.StartAsync();
    }
}
