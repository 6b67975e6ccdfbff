using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The guarantees of <see cref="ITransactionClaims"/> for the terminal transition, on every database.</summary>
internal abstract class TransactionCompletionContract : StoreContract
{
    [Test]
    public async Task Complete_MovesTheRowOnce_WhenThisInstanceHasClaimedIt()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));

        var first = await instance.Store.CompleteAsync(Attempts.Finish("txn", TransactionStatus.Processed, At(5)));
        var second = await instance.Store.CompleteAsync(
            Attempts.Finish("txn", TransactionStatus.Failed, At(6), "too late"));

        first.Should().Be(TransitionOutcome.Applied);
        second.Should().Be(TransitionOutcome.Superseded);
        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        row!.Status.Should().Be(TransactionStatus.Processed);
        row.ProcessedAt.Should().Be(At(5));
        row.Attempts.Should().Be(1);
        row.FailureReason.Should().BeNull();
    }

    [Test]
    public async Task Complete_KeepsTheReason_WhenTheTransactionFailed()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        var reason = new string('ß', 498) + "💸";
        await instance.Store.AddAsync(Row("txn"));

        await instance.Store.CompleteAsync(Attempts.Finish("txn", TransactionStatus.Failed, At(5), reason));

        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        row!.Status.Should().Be(TransactionStatus.Failed);
        row.FailureReason.Should().Be(reason);
        row.ProcessedAt.Should().Be(At(5));
        row.Attempts.Should().Be(1);
    }

    [Test]
    public async Task Complete_IsSuperseded_WhenNobodyHoldsTheRow()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("txn"));

        var outcome = await instance.Store.CompleteAsync(Done("txn"));

        outcome.Should().Be(TransitionOutcome.Superseded);
        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        row!.Status.Should().Be(TransactionStatus.Processing);
        row.Attempts.Should().Be(0);
    }

    [Test]
    public async Task Complete_IsSuperseded_WhenAnotherInstanceHasClaimedTheRow()
    {
        var first = (await OpenAsync()).WithoutBacklog();
        await first.Store.AddAsync(Row("txn"));
        await KillAsync(first);
        var second = await OpenAsync();

        var before = await second.Store.CompleteAsync(Done("txn"));
        await second.ClaimAllAsync();
        var after = await second.Store.CompleteAsync(Done("txn", claim: 2));

        before.Should().Be(TransitionOutcome.Superseded);
        after.Should().Be(TransitionOutcome.Applied);
    }

    [Test]
    public async Task Complete_IsSuperseded_WhenThisInstanceHasClaimedTheRowAnew()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.ReleaseAsync(1);
        var claimed = (await instance.Store.ClaimAsync(ClaimPosition.Start, 1)).Rows.Single();

        var stale = await instance.Store.CompleteAsync(Attempts.Finish("txn", TransactionStatus.Failed, At(5)));
        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        var current = await instance.Store.CompleteAsync(Done("txn", claimed.Claim));

        stale.Should().Be(TransitionOutcome.Superseded);
        row!.Status.Should().Be(TransactionStatus.Processing);
        row.Attempts.Should().Be(0);
        current.Should().Be(TransitionOutcome.Applied);
    }

    [Test]
    public async Task Complete_RecognizesItsOwnSuccess_WhenItIsRepeated()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        var completion = Done("txn");

        var outcomes = new[]
        {
            await instance.Store.CompleteAsync(completion),
            await instance.Store.CompleteAsync(completion),
        };

        outcomes.Should().Equal(TransitionOutcome.Applied, TransitionOutcome.Repeated);
        await HasAttemptsAsync(instance, 1);
        (await instance.Reader.CountAsync(CancellationToken.None)).Processed.Should().Be(1);
    }

    // The answer to the completion was lost; by the time it is sent again, this instance has a new claim on the row.
    [Test]
    public async Task Complete_IsRecordedOnce_WhenOneBatchHasItManyTimes()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        var completion = Done("txn");

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => instance.Store.CompleteAsync(completion).AsTask())).Soon();

        outcomes.Should().ContainSingle(outcome => outcome == TransitionOutcome.Applied);
        await HasAttemptsAsync(instance, 1);
        (await instance.Reader.CountAsync(CancellationToken.None)).Processed.Should().Be(1);
    }

    [Test]
    public async Task Complete_ChangesNothing_WhenItIsRepeatedAfterTheNextClaim()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        var completion = Completion.Again("txn", 1, Attempts.At(At(1), AttemptOutcome.Faulted, "503"), At(2));
        await instance.Store.CompleteAsync(completion);
        var claimed = (await instance.Store.ClaimDueAsync(At(2), 1)).Single();

        var repeated = await instance.Store.CompleteAsync(completion);

        repeated.Should().Be(TransitionOutcome.Repeated);
        (await instance.Store.ClaimDueAsync(At(900), 1)).Should().BeEmpty("the new claim is kept");
        (await instance.Store.CompleteAsync(Done("txn", claimed.Claim))).Should().Be(TransitionOutcome.Applied);
        await HasAttemptsAsync(instance, 2);
    }

    [Test]
    public async Task Complete_ChangesNothing_WhenItIsRepeatedAfterAnOperatorsRetry()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        var failed = Attempts.Finish("txn", TransactionStatus.Failed, At(1));
        await instance.Store.CompleteAsync(failed);
        await instance.Store.RetryAsync([new("txn", 1)]);
        var claimed = (await instance.Store.ClaimAsync(ClaimPosition.Start, 1)).Rows.Single();

        var repeated = await instance.Store.CompleteAsync(failed);

        repeated.Should().Be(TransitionOutcome.Repeated);
        (await instance.Store.CompleteAsync(Done("txn", claimed.Claim))).Should().Be(TransitionOutcome.Applied);
        await HasAttemptsAsync(instance, 2);
        var totals = await instance.Reader.CountAsync(CancellationToken.None);
        (totals.Processed, totals.Failed).Should().Be((1, 0));
    }

    private static async Task HasAttemptsAsync(StoreFixture instance, int count)
    {
        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        row!.Attempts.Should().Be(count);
        (await instance.Reader.FindAttemptsAsync("txn", CancellationToken.None)).Should().HaveCount(count);
    }

    [Test]
    public async Task Complete_IsSuperseded_WhenTheIdIsUnknown()
    {
        var instance = await OpenAsync();

        var outcome = await instance.Store.CompleteAsync(Done("nobody"));

        outcome.Should().Be(TransitionOutcome.Superseded);
    }
}
