using System.Runtime.CompilerServices;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Inbox;

/// <summary>An inbox that is never emptied, in front of PostgreSQL.</summary>
[TestFixture]
public sealed class InboxStoreTests : StoreContract
{
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    // The query sees the database as of its start; by the time it ends, the row may have left the inbox.
    [Test]
    public async Task Find_FindsARow_ThatIsDeliveredWhileTheDatabaseIsAsked()
    {
        var instance = await OpenWithInboxAsync();
        var inbox = instance.Get<TransactionInbox>();
        var add = inbox.Add(Row("txn"), out var adding);
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

    private async Task<StoreFixture> OpenWithInboxAsync()
    {
        var instance = Build(("Inbox:Path", Path.Combine(_directory.Path, "inbox.db")));
        await instance.Get<TransactionInbox>().StartingAsync(CancellationToken.None);
        return await instance.StartAsync();
    }
}
