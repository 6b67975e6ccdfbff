using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Persistence;

/// <summary>What <see cref="ITransactionStore"/> promises of the one terminal transition, on every database alike.</summary>
public abstract class TransactionCompletionContract : StoreContract
{
    [Test]
    public async Task Complete_MovesTheRowOnce_WhenThisInstanceHoldsIt()
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
    public async Task Complete_IsSuperseded_WhenAnotherInstanceHoldsTheRow()
    {
        var first = (await OpenAsync()).WithoutBacklog();
        await first.Store.AddAsync(Row("txn"));
        await KillAsync(first);
        var second = await OpenAsync();

        var before = await second.Store.CompleteAsync(Done("txn"));
        await second.ClaimAllAsync();
        var after = await second.Store.CompleteAsync(Done("txn"));

        before.Should().Be(TransitionOutcome.Superseded);
        after.Should().Be(TransitionOutcome.Applied);
    }

    [Test]
    public async Task Complete_IsSuperseded_WhenTheIdIsUnknown()
    {
        var instance = await OpenAsync();

        var outcome = await instance.Store.CompleteAsync(Done("nobody"));

        outcome.Should().Be(TransitionOutcome.Superseded);
    }
}
