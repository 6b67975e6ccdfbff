using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The guarantees of <see cref="ITransactionClaims"/> for claims, on every database.</summary>
internal abstract class TransactionClaimContract : StoreContract
{
    [Test]
    public async Task Add_ClaimsAndQueuesTheRow_WhenTheQueueHasCapacity()
    {
        var instance = (await OpenAsync()).WithoutBacklog();

        await instance.Store.AddAsync(Row("txn"));

        instance.Queue.Reader.TryRead(out var queued).Should().BeTrue();
        queued!.TransactionId.Should().Be("txn");
        (await instance.ClaimAllAsync()).Should().BeEmpty("this instance has claimed the row");
        (await instance.Store.CompleteAsync(Done("txn"))).Should().Be(TransitionOutcome.Applied);
    }

    [Test]
    public async Task Content_IsIncluded_WithARowThatIsQueuedClaimedOrDue()
    {
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("queued", trace: trace));
        await instance.Store.AddAsync(Row("untraced"));
        instance.Queue.MarkBacklog();
        await instance.Store.AddAsync(Row("claimed", trace: trace));
        await instance.Store.CompleteAsync(Completion.Again("queued", 1, Attempts.At(At(1), AttemptOutcome.Faulted, "503"), At(1)));

        var claimed = await instance.Store.ClaimAsync(ClaimPosition.Start, 10);
        var due = await instance.Store.ClaimDueAsync(At(1), 10);

        instance.Queue.Reader.TryRead(out var queued).Should().BeTrue();
        instance.Queue.Reader.TryRead(out var untraced).Should().BeTrue();
        untraced!.Transaction.TraceParent.Should().BeNull();
        queued!.Claim.Should().Be(1);
        await ShouldBeTheRowAsync(queued, attempts: 0);
        claimed.Rows.Should().ContainSingle().Which.Claim.Should().Be(2);
        await ShouldBeTheRowAsync(claimed.Rows[0], attempts: 0);
        due.Should().ContainSingle().Which.Claim.Should().Be(2);
        await ShouldBeTheRowAsync(due[0], attempts: 1);

        async Task ShouldBeTheRowAsync(ClaimedTransaction row, int attempts)
        {
            var stored = (await instance.Reader.FindAsync(row.TransactionId, CancellationToken.None))!;
            row.Transaction.Should().BeEquivalentTo(
                stored, options => options.Excluding(t => t.Sequence).Excluding(t => t.Attempts).Excluding(t => t.NextAttemptAt));
            row.Transaction.TraceParent.Should().Be(trace);
            row.Transaction.Attempts.Should().Be(attempts);
        }
    }

    [Test]
    public async Task Add_LeavesTheRowToRecovery_WhenTheQueueIsFull()
    {
        var instance = (await OpenAsync(("Processing:QueueCapacity", "2"))).WithoutBacklog();

        foreach (var id in new[] { "one", "two", "three", "four" })
        {
            (await instance.Store.AddAsync(Row(id))).Should().Be(AddOutcome.Added);
        }

        instance.Queue.Depth.Should().Be(2);
        (await instance.ClaimAllAsync()).Should().Equal("three", "four");
    }

    [Test]
    public async Task Add_LeavesTheRowToOthers_WhenThisInstanceDoesNotProcess()
    {
        var instance = (await OpenAsync(("Processing:Enabled", "false"))).WithoutBacklog();

        await instance.Store.AddAsync(Row("txn"));

        instance.Queue.Depth.Should().Be(0);
        (await instance.ClaimAllAsync()).Should().Equal("txn");
    }

    [Test]
    public async Task Add_NeitherClaimsNorQueues_WhenTheRowIsARepetition()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("txn"));
        instance.WithoutBacklog();

        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.AddAsync(Row("txn", amount: 1));

        instance.Queue.Depth.Should().Be(0);
        instance.Queue.TryReserve(10_000).Should().Be(10_000, "the capacity reserved for them was released");
        (await instance.ClaimAllAsync()).Should().Equal("txn");
    }

    [Test]
    public async Task Claim_GivesTheOldestFirst_WhateverTheOrderOfArrival()
    {
        var instance = await OpenAsync();
        await AddAsync(instance, ("c", 30), ("a2", 10), ("b", 20), ("a1", 10), ("start", 0));

        var claimed = await instance.ClaimAllAsync();

        claimed.Should().Equal("start", "a2", "a1", "b", "c");
    }

    [Test]
    public async Task Claim_PagesWithoutGapOrRepetition_WhenItGoesOnFromThePosition()
    {
        var instance = await OpenAsync();
        await AddAsync(instance, [.. Enumerable.Range(0, 23).Select(i => ($"txn_{i}", i / 4))]);

        List<string> claimed = [];
        var position = ClaimPosition.Start;
        ClaimedPage page;
        do
        {
            page = await instance.Store.ClaimAsync(position, 5);
            claimed.AddRange(page.Ids());
            position = page.Next;
        }
        while (page.Ids().Count == 5);

        claimed.Should().Equal(Enumerable.Range(0, 23).Select(i => $"txn_{i}"));
        page.Ids().Should().HaveCount(3);
    }

    [Test]
    public async Task Claim_LooksOnlyBehindThePosition()
    {
        var instance = await OpenAsync();
        await AddAsync(instance, ("a", 1), ("b", 2));
        var page = await instance.Store.ClaimAsync(ClaimPosition.Start, 10);
        await AddAsync(instance, ("older", 0), ("newer", 3));

        var behind = await instance.Store.ClaimAsync(page.Next, 10);
        var fromStart = await instance.Store.ClaimAsync(ClaimPosition.Start, 10);

        behind.Ids().Should().Equal("newer");
        fromStart.Ids().Should().Equal("older");
    }

    [Test]
    public async Task Claim_KeepsThePosition_WhenThereIsNothing()
    {
        var instance = await OpenAsync();
        await AddAsync(instance, ("a", 1));
        var page = await instance.Store.ClaimAsync(ClaimPosition.Start, 10);

        var empty = await instance.Store.ClaimAsync(page.Next, 10);

        empty.Ids().Should().BeEmpty();
        empty.Next.Should().Be(page.Next);
    }

    [Test]
    public async Task Claim_GivesEachRowOnce_WhenManyClaimAtOnce()
    {
        var instance = await OpenAsync();
        await AddAsync(instance, [.. Enumerable.Range(0, 200).Select(i => ($"txn_{i}", i))]);

        var pages = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ =>
            Task.Run(async () => (await instance.Store.ClaimAsync(ClaimPosition.Start, 7)).Ids()))).Soon();

        pages.SelectMany(ids => ids).Should().OnlyHaveUniqueItems().And.HaveCount(200);
    }

    [Test]
    public async Task Claim_PassesOverFinalRows()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await AddAsync(instance, ("processed", 1), ("failed", 2));
        await instance.Store.CompleteAsync(Done("processed"));
        await instance.Store.CompleteAsync(Attempts.Finish("failed", TransactionStatus.Failed, At(5)));
        await KillAsync(instance);

        var next = await OpenAsync();

        (await next.ClaimAllAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Claim_TakesOverRows_WhenTheirInstanceIsDead()
    {
        var dead = (await OpenAsync(("Processing:QueueCapacity", "2"))).WithoutBacklog();
        await AddAsync(dead, ("held", 1), ("held_too", 2), ("free", 3));
        await KillAsync(dead);
        var next = await OpenAsync();

        var claimed = await next.ClaimAllAsync();

        claimed.Should().Equal("held", "held_too", "free");
        (await next.ClaimAllAsync()).Should().BeEmpty("this instance has claimed them");
        (await next.Store.CompleteAsync(Done("held", claim: 2))).Should().Be(TransitionOutcome.Applied);
    }

    [Test]
    public async Task Release_ReleasesTheClaims_InPages()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await AddAsync(instance, [.. Enumerable.Range(0, 7).Select(i => ($"txn_{i}", i))]);
        await instance.Store.CompleteAsync(Done("txn_3"));

        var released = new[]
        {
            await instance.Store.ReleaseAsync(4),
            await instance.Store.ReleaseAsync(4),
            await instance.Store.ReleaseAsync(4),
        };

        released.Should().Equal(4, 2, 0);
        (await instance.Store.CompleteAsync(Done("txn_0"))).Should().Be(TransitionOutcome.Superseded);
        (await instance.ClaimAllAsync()).Should().Equal("txn_0", "txn_1", "txn_2", "txn_4", "txn_5", "txn_6");
    }

    [Test]
    public async Task Release_CountsNoAttempt()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await AddAsync(instance, ("txn", 0));

        await instance.Store.ReleaseAsync(10);

        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        row!.Status.Should().Be(TransactionStatus.Processing);
        row.Attempts.Should().Be(0);
        row.ProcessedAt.Should().BeNull();
    }

    protected static async Task AddAsync(StoreFixture instance, params (string Id, int Microseconds)[] rows)
    {
        foreach (var (id, microseconds) in rows)
        {
            var outcome = await instance.Store.AddAsync(Row(id, at: At(microseconds)));
            outcome.Should().Be(AddOutcome.Added);
        }
    }
}
