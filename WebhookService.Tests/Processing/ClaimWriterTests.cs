using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

[TestFixture]
internal sealed class ClaimWriterTests
{
    private static readonly Completion Done =
        Attempts.Finish("txn", TransactionStatus.Processed, ObservableTimeProvider.Origin);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly ObservableTimeProvider _clock = new();
    private readonly CancellationTokenSource _stop = new();

    private TransactionQueue _queue = null!;
    private DueTimes _dueTimes = null!;

    [SetUp]
    public void SetUp()
    {
        _queue = new TransactionQueue(Options.Create(new ProcessingOptions()));
        _dueTimes = new DueTimes(_queue, _clock);
    }

    [TearDown]
    public void Dispose()
    {
        _dueTimes.Dispose();
        _queue.Dispose();
        _stop.Dispose();
    }

    [Test]
    public async Task Complete_WritesOnce_WhenTheStoreIsAvailable()
    {
        var store = new RecordingStore(_clock);

        await Writer(store).CompleteAsync(Done, _stop.Token);

        store.CompletionsTried.Should().ContainSingle();
    }

    [Test]
    public async Task Complete_RetriesUntilWritten_WhenTheStoreIsUnavailableForLong()
    {
        const int Failures = 100;
        var store = new RecordingStore(_clock) { Failures = Failures };

        var completing = Writer(store).CompleteAsync(Done, _stop.Token).AsTask();
        for (var i = 0; i < Failures; i++)
        {
            await _clock.ArmedAsync(_ => true);
            _clock.Advance(LongestDelay);
        }

        await completing.Soon();
        store.CompletionsTried.Should().HaveCount(Failures + 1);
        store.CompletionsTried.Should().OnlyHaveUniqueItems("there is a wait between any two attempts");
    }

    [Test]
    public async Task Complete_EndsWithoutAResult_WhenTheServiceStops()
    {
        var store = new RecordingStore(_clock) { Failures = int.MaxValue };
        var completing = Writer(store).CompleteAsync(Done, _stop.Token).AsTask();
        await _clock.ArmedAsync(_ => true);

        await _stop.CancelAsync();

        var wait = () => completing.Soon();
        await wait.Should().ThrowAsync<OperationCanceledException>();
        store.CompletionsTried.Should().ContainSingle();
    }

    [Test]
    public async Task Complete_DoesNotRetry_WhenTheStoreIsNotAtFault()
    {
        var writer = Writer(new BrokenStore());

        var completing = () => writer.CompleteAsync(Done, _stop.Token).AsTask();

        await completing.Should().ThrowAsync<InvalidOperationException>();
    }

    private ClaimWriter Writer(ITransactionClaims store) =>
        new(store, _dueTimes, _clock, NullLogger<ClaimWriter>.Instance);

    private sealed class BrokenStore : ITransactionClaims
    {
        public ValueTask<TransitionOutcome> CompleteAsync(Completion completion) =>
            throw new InvalidOperationException("A defect.");

        public ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit) =>
            throw new NotSupportedException();

        public ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit) => throw new NotSupportedException();

        public ValueTask<int> ReleaseAsync(int limit) => throw new NotSupportedException();
    }
}
