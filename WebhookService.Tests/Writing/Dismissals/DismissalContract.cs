using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Retention;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Dismissals;

/// <summary>Dismissals, counts of filters and the erasure of an account, on every database.</summary>
internal abstract class DismissalContract : StoreContract
{
    private const string Account = "acc_1 ü/%2F";

    [Test]
    public async Task Dismiss_KeepsTheRowFailed_AndIsFoundByTheFilter()
    {
        var instance = await OpenFailedAsync("a", "b", "c");
        var dismissal = new Dismissal(At(100), "ops", "Ünïcode €");

        (await instance.Store.DismissAsync([new("a", 1), new("b", 2), new("a", 1)], dismissal)).Should().Be(1, "b has had one attempt");
        (await instance.Store.DismissAsync([new("a", 1)], dismissal with { Note = "later" })).Should().Be(0);

        var row = (await instance.Reader.FindAsync("a", CancellationToken.None))!;
        row.Status.Should().Be(TransactionStatus.Failed);
        row.Dismissal.Should().Be(dismissal);
        (await ListAsync(instance, new() { IsDismissed = true })).Should().Equal("a");
        (await ListAsync(instance, new() { IsDismissed = false })).Should().Equal("c", "b", "open");
        (await ListAsync(instance, new() { Status = TransactionStatus.Failed, IsDismissed = false })).Should().Equal("c", "b");
        (await ListAsync(instance, new() { Status = TransactionStatus.Failed })).Should().Equal("c", "b", "a");
        (await ListAsync(instance, new() { Status = TransactionStatus.Processing, IsDismissed = true })).Should().BeEmpty();
        (await instance.Reader.ListFailuresAsync(10, CancellationToken.None)).Sum(group => group.Count).Should().Be(2);
    }

    [Test]
    public async Task Retry_EndsADismissal_AndCountsIt()
    {
        var instance = await OpenFailedAsync("a", "b", "c");
        await instance.Store.DismissAsync([new("a", 1), new("b", 1)], new Dismissal(At(100), null, null));
        (await DismissedAsync(instance)).Should().Be(2);

        await instance.Store.RetryAsync([new("a", 1), new("c", 1)]);

        (await DismissedAsync(instance)).Should().Be(1);
        (await instance.Reader.FindAsync("a", CancellationToken.None))!.Dismissal.Should().BeNull();
        (await instance.Store.UndismissAsync([new("b", 1), new("c", 1)])).Should().Be(1);
        (await DismissedAsync(instance)).Should().Be(0);
    }

    [Test]
    public async Task Dismissals_AreCountedAcrossInstances()
    {
        var first = await OpenFailedAsync("a", "b");
        await first.Store.DismissAsync([new("a", 1), new("b", 1)], new Dismissal(At(100), "ops", null));
        await KillAsync(first);
        var second = await OpenAsync();
        await second.Store.UndismissAsync([new("b", 1)]);

        (await DismissedAsync(second)).Should().Be(1);
    }

    [TestCase(2, 3)]
    [TestCase(3, 4)]
    [TestCase(4, 4)]
    public async Task Count_GoesUpToTheLimit(int limit, int expected)
    {
        var instance = await OpenFailedAsync("a", "b", "c");
        await instance.Store.DismissAsync([new("a", 1)], new Dismissal(At(100), null, null));

        (await instance.Reader.CountAsync(new TransactionQuery { Limit = limit }, CancellationToken.None)).Should().Be(expected);
        (await instance.Reader.CountAsync(
            new TransactionQuery { Limit = limit, Status = TransactionStatus.Failed, CreatedFrom = At(2) }, CancellationToken.None))
            .Should().Be(2);
        (await instance.Reader.CountAsync(new TransactionQuery { Limit = limit, Currency = "USD" }, CancellationToken.None)).Should().Be(0);
    }

    [Test]
    public async Task Erase_PrunesAnAccountOnBothSides_AndKeepsTheIds()
    {
        var instance = (await OpenAsync(("Retention:Batch", "2"))).WithoutBacklog();
        string[] own = ["out_1", "out_2", "out_3"];
        foreach (var id in own)
        {
            await instance.Store.AddAsync(Row(id, source: Account));
            await instance.Store.CompleteAsync(Done(id));
        }

        await instance.Store.AddAsync(Row("in", destination: Account, at: At(1)));
        await instance.Store.CompleteAsync(Attempts.Finish("in", TransactionStatus.Failed, At(2)));
        await instance.Store.AddAsync(Row("open", source: Account));
        await instance.Store.AddAsync(Row("other", source: "acc_1"));
        await instance.Store.CompleteAsync(Done("other"));
        await instance.Store.AddAsync(Row("other", source: Account));
        await instance.Store.AddAsync(Row("other", source: $"{Account}."));
        await instance.Store.QuarantineAsync(Odd(1, body: Encoding.UTF8.GetBytes($$"""{"from":"{{Account}}"}""")));
        await instance.Store.QuarantineAsync(Odd(2, body: """{"from":"acc_1"}"""u8.ToArray()));

        var erased = await instance.Get<AccountErasure>().RunAsync(Account, CancellationToken.None);

        erased.Should().Be(new ErasedAccount(4, 1, 1, 1, false));
        foreach (var id in own.Append("in"))
        {
            (await instance.Reader.FindAsync(id, CancellationToken.None))!.IsPruned.Should().BeTrue();
        }

        (await instance.Reader.FindConflictsAsync("other", CancellationToken.None))!.Should().ContainSingle()
            .Which.SourceAccount.Should().Be($"{Account}.");
        (await instance.Store.AddAsync(Row("out_1", source: Account))).Should().Be(AddOutcome.Duplicate);
        (await instance.Get<IEventReader>().CountQuarantineAsync(null, CancellationToken.None)).Should().Be(1);
        (await instance.Get<AccountErasure>().RunAsync(Account, CancellationToken.None)).Should().Be(new ErasedAccount(0, 1, 0, 0, false));
    }

    private async Task<StoreFixture> OpenFailedAsync(params string[] ids)
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("open", at: At(0)));
        foreach (var (i, id) in ids.Index())
        {
            await instance.Store.AddAsync(Row(id, at: At(i + 1)));
            await instance.Store.CompleteAsync(Attempts.Finish(id, TransactionStatus.Failed, At(50)));
        }

        return instance;
    }

    private static async Task<long> DismissedAsync(StoreFixture instance) =>
        (await instance.Reader.CountAsync(CancellationToken.None)).Dismissed;

    private static async Task<IEnumerable<string>> ListAsync(StoreFixture instance, TransactionQuery query) =>
        (await instance.Reader.ListAsync(query, CancellationToken.None)).Select(row => row.TransactionId);
}
