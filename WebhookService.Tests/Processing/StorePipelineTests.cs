using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

[TestFixture]
public sealed class StorePipelineTests
{
    private static readonly Completion Done =
        Attempts.Finish("txn", TransactionStatus.Processed, ObservableTimeProvider.Origin);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly ObservableTimeProvider _clock = new();
    private readonly CancellationTokenSource _stop = new();

    [TearDown]
    public void Dispose() => _stop.Dispose();

    [Test]
    public async Task Complete_WritesOnce_WhenTheStoreTakesIt()
    {
        var store = new RecordingStore(_clock);

        var outcome = await new StorePipeline(_clock).CompleteAsync(store, Done, _stop.Token);

        outcome.Should().Be(TransitionOutcome.Applied);
        store.CompletionsTried.Should().ContainSingle();
    }

    [Test]
    public async Task Complete_TriesUntilTheStoreTakesIt_WhenItIsAwayForLong()
    {
        const int Failures = 100;
        var store = new RecordingStore(_clock) { Failures = Failures };

        var completing = new StorePipeline(_clock).CompleteAsync(store, Done, _stop.Token).AsTask();
        for (var i = 0; i < Failures; i++)
        {
            await _clock.ArmedAsync(_ => true);
            _clock.Advance(LongestDelay);
        }

        (await completing.Soon()).Should().Be(TransitionOutcome.Applied);
        store.CompletionsTried.Should().HaveCount(Failures + 1);
        store.CompletionsTried.Should().OnlyHaveUniqueItems("between two attempts there is always a wait");
    }

    [Test]
    public async Task Complete_EndsWithoutAResult_WhenTheServiceStops()
    {
        var store = new RecordingStore(_clock) { Failures = int.MaxValue };
        var completing = new StorePipeline(_clock).CompleteAsync(store, Done, _stop.Token).AsTask();
        await _clock.ArmedAsync(_ => true);

        await _stop.CancelAsync();

        var wait = () => completing.Soon();
        await wait.Should().ThrowAsync<OperationCanceledException>();
        store.CompletionsTried.Should().ContainSingle();
    }

    [Test]
    public async Task Complete_DoesNotRepeat_WhatIsNoFaultOfTheStore()
    {
        var pipeline = new StorePipeline(_clock);

        var completing = () => pipeline.CompleteAsync(new BrokenStore(), Done, _stop.Token).AsTask();

        await completing.Should().ThrowAsync<InvalidOperationException>();
    }

    private sealed class BrokenStore : ITransactionStore
    {
        public ValueTask<AddOutcome> AddAsync(Transaction transaction) => throw new NotSupportedException();

        public ValueTask<TransitionOutcome> CompleteAsync(Completion completion) =>
            throw new InvalidOperationException("A defect.");

        public ValueTask<int> RetryAsync(IReadOnlyList<FailedRound> rounds) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit) =>
            throw new NotSupportedException();

        public ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit) => throw new NotSupportedException();

        public ValueTask<int> ReleaseAsync(int limit) => throw new NotSupportedException();

        public ValueTask<StoreHealth> ProbeAsync() => throw new NotSupportedException();
    }
}
