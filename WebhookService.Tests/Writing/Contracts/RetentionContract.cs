using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>What is pruned, and what is never pruned, on every database.</summary>
internal abstract class RetentionContract : StoreContract
{
    protected static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public async Task Prune_LeavesTheIdAndTheStatus_OfARowThatEndedLongAgo()
    {
        var instance = (await OpenAsync(("Retention:ContentAge", "1.00:00:00"), ("Retention:Batch", "2"))).WithoutBacklog();
        for (var i = 0; i < 5; i++)
        {
            await instance.Store.AddAsync(Row($"old_{i}", at: At(i)));
            await instance.Store.CompleteAsync(Attempts.Finish($"old_{i}", i == 0 ? TransactionStatus.Failed : TransactionStatus.Processed, At(i)));
        }

        await instance.Store.AddAsync(Row("old_0", amount: 1));
        await instance.Store.AddAsync(Row("unfinished", at: At(9)));
        await instance.Store.AddAsync(Row("young", at: At(0) + Day));
        await instance.Store.CompleteAsync(Attempts.Finish("young", TransactionStatus.Processed, At(0) + Day));
        instance.Clock.Advance(Day);

        await PruneAsync(instance, async () => (await FindAsync(instance, "old_4")).IsPruned);

        var old = await FindAsync(instance, "old_0");
        (old.SourceAccount, old.DestinationAccount, old.Amount, old.Currency.Trim(), old.FailureReason).Should().Be(("", "", 0m, "", null));
        (old.Status, old.CreatedAt, old.ProcessedAt, old.Attempts).Should().Be((TransactionStatus.Failed, At(0), At(0), 1));
        (await instance.Reader.FindAttemptsAsync("old_0", CancellationToken.None)).Should().BeEmpty();
        (await instance.Reader.FindConflictsAsync("old_0", CancellationToken.None)).Should().BeEmpty();
        (await instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None))
            .Select(row => row.TransactionId).Should().Equal("young", "unfinished");
        (await instance.Store.AddAsync(Row("old_0"))).Should().Be(AddOutcome.Duplicate, "the id is kept permanently");
        (await instance.Store.AddAsync(Row("old_0", amount: 1))).Should().Be(AddOutcome.Conflict, "the hash of its content is kept");
        (await instance.Store.RetryAsync([new("old_0", 1)])).Should().Be(0, "no content is left to send");
        (await instance.Reader.CountAsync(CancellationToken.None)).Should().Match<StoreTotals>(
            totals => totals.Processed == 5 && totals.Failed == 1 && totals.Processing == 1);
    }

    [Test]
    public async Task Prune_DropsTheEvent_WithTheContent()
    {
        var instance = (await OpenAsync(("Retention:ContentAge", "1.00:00:00"))).WithoutBacklog();
        foreach (var (id, at) in new[] { ("old", At(0)), ("young", At(0) + Day) })
        {
            await instance.Store.AddAsync(Row(id, at: at, from: "stripe"), Event());
            await instance.Store.CompleteAsync(Attempts.Finish(id, TransactionStatus.Processed, at));
        }

        instance.Clock.Advance(Day);

        await PruneAsync(instance, async () => (await FindAsync(instance, "old")).IsPruned);

        var reader = instance.Get<IEventReader>();
        (await reader.FindEventAsync("old", CancellationToken.None)).Should().BeNull();
        (await FindAsync(instance, "old")).Should().Match<Transaction>(row => row.Source == "stripe" && row.Event == null);
        (await reader.FindEventAsync("young", CancellationToken.None)).Should().NotBeNull();
    }

    [Test]
    public async Task Add_KeepsNoContentOfAConflict_WhenTheRowIsPruned()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        foreach (var id in new[] { "pruned", "whole" })
        {
            await instance.Store.AddAsync(Row(id));
            await instance.Store.CompleteAsync(Attempts.Finish(id, TransactionStatus.Processed, At(1)));
        }

        await instance.Get<WriteQueue>().Enqueue(new PruneContentRequest([(await FindAsync(instance, "pruned")).Prune()]));

        await Task.WhenAll(
            instance.Store.AddAsync(Row("pruned", amount: 1)).AsTask(),
            instance.Store.AddAsync(Row("pruned", amount: 2)).AsTask(),
            instance.Store.AddAsync(Row("whole", amount: 1)).AsTask());

        (await instance.Reader.FindConflictsAsync("pruned", CancellationToken.None)).Should().BeEmpty("nothing would ever prune it");
        (await instance.Reader.FindConflictsAsync("whole", CancellationToken.None)).Should().ContainSingle();
        (await instance.Reader.CountAsync(CancellationToken.None)).Conflicts.Should().Be(3, "each is counted");
    }

    [Test]
    public async Task Prune_RemovesQuarantinedEvents_ThatHaveNotComeForLong()
    {
        var instance = await OpenAsync(("Quarantine:Retention", "1.00:00:00"), ("Retention:Batch", "2"));
        for (var i = 0; i < 5; i++)
        {
            await instance.Store.QuarantineAsync(Odd(i, at: i));
        }

        var young = Odd(2);
        await instance.Store.QuarantineAsync(new QuarantinedEvent(
            young.Source, young.Key, At(0) + Day, young.Reason, young.Type, young.EventId, young.Headers, young.Payload));
        instance.Clock.Advance(Day);

        await PruneAsync(
            instance, async () => await instance.Get<IEventReader>().CountQuarantineAsync(null, CancellationToken.None) == 1);

        (await instance.Get<IEventReader>().ListQuarantineAsync(null, null, 5, CancellationToken.None))
            .Should().ContainSingle().Which.EventId.Should().Be("evt_2", "it came again");
    }

    [Test]
    public async Task Prune_DropsOldAttempts_AndKeepsContent_ByDefault()
    {
        var instance = (await OpenAsync(("Retention:AttemptAge", "1.00:00:00"))).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.CompleteAsync(Completion.Again("txn", 1, Attempts.At(At(1), AttemptOutcome.Faulted, "503"), At(2)));
        await instance.Store.ClaimDueAsync(At(2), 1);
        await instance.Store.CompleteAsync(Completion.Processed("txn", 2, Attempts.At(At(0) + Day)));
        instance.Clock.Advance(Day);

        await PruneAsync(
            instance, async () => (await instance.Reader.FindAttemptsAsync("txn", CancellationToken.None))!.Count == 1);

        (await instance.Reader.FindAttemptsAsync("txn", CancellationToken.None)).Should().ContainSingle()
            .Which.Number.Should().Be(2);
        (await FindAsync(instance, "txn")).Should().Match<Transaction>(row => !row.IsPruned && row.Attempts == 2);
    }

    [Test]
    public async Task Prune_KeepsTheContent_OfWhatCameLongAgoAndEndedALittleWhileAgo()
    {
        var instance = (await OpenAsync(("Retention:ContentAge", "1.00:00:00"))).WithoutBacklog();
        await instance.Store.AddAsync(Row("slow", at: At(0)));
        await instance.Store.CompleteAsync(Attempts.Finish("slow", TransactionStatus.Processed, At(0) + Day));
        await instance.Store.AddAsync(Row("old", at: At(1)));
        await instance.Store.CompleteAsync(Attempts.Finish("old", TransactionStatus.Processed, At(1)));
        instance.Clock.Advance(Day);

        await PruneAsync(instance, async () => (await FindAsync(instance, "old")).IsPruned);

        (await FindAsync(instance, "slow")).IsPruned.Should().BeFalse();
    }

    // An operator retries between the pruner's read and its write: the row must keep the content that its call needs.
    [Test]
    public async Task Prune_LeavesTheContent_OfWhatWasRetriedMeanwhile()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.CompleteAsync(Attempts.Finish("txn", TransactionStatus.Failed, At(1)));
        var seen = await FindAsync(instance, "txn");
        await instance.Store.RetryAsync([new("txn", 1)]);

        var pruned = await instance.Get<WriteQueue>().Enqueue(new PruneContentRequest([seen.Prune()]));

        pruned.Should().Be(0);
        (await FindAsync(instance, "txn")).Should().Match<Transaction>(row => !row.IsPruned && row.SourceAccount == "acc_user_789");
        (await instance.Reader.FindAttemptsAsync("txn", CancellationToken.None)).Should().ContainSingle();
    }

    private static async Task<Transaction> FindAsync(StoreFixture instance, string id) =>
        (await instance.Reader.FindAsync(id, CancellationToken.None))!;

    private static async Task PruneAsync(StoreFixture instance, Func<Task<bool>> isDone)
    {
        _ = instance.StartPruning();
        await instance.Clock.ArmedAsync(Interval);
        instance.Clock.Advance(Interval);
        await Eventually.HoldsAsync(isDone, "the row is pruned");
    }
}
