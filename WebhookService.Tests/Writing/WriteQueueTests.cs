using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing;

[TestFixture]
internal sealed class WriteQueueTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(400);

    private readonly ObservableTimeProvider _clock = new();
    private WriteQueue _writes = null!;

    [SetUp]
    public void Open()
    {
        var options = new IntakeOptions { MaxBatch = 2, MaxPending = 3, Deadline = Deadline };
        _writes = new WriteQueue(Options.Create(options), AnswerThreads.Pool, _clock);
    }

    [TearDown]
    public void Dispose() => _writes.Dispose();

    [Test]
    public void Enqueue_RefusesAtOnce_WhenMaxPendingWait()
    {
        var waiting = new[] { Add("a"), Add("b"), Add("c") };

        var refused = Add("d");

        waiting.Should().OnlyContain(task => !task.IsCompleted);
        refused.IsCompletedSuccessfully.Should().BeTrue();
        refused.Result.Should().Be(AddOutcome.Unavailable);
    }

    [Test]
    public void Enqueue_CountsWhatIsBeingCommitted_TowardsMaxPending()
    {
        _ = new[] { Add("a"), Add("b"), Add("c") };
        var batch = _writes.Take()!;

        var during = Add("d");
        batch.Complete();
        _writes.Finish();
        var after = Add("e");

        during.IsCompleted.Should().BeTrue();
        after.IsCompleted.Should().BeFalse();
    }

    [Test]
    public void Enqueue_BoundsProbes_ButNeverCompletions()
    {
        var completions = Enumerable.Range(0, 10).Select(_ => Complete()).ToArray();
        var probes = Enumerable.Range(0, 10).Select(_ => Probe()).ToArray();

        completions.Should().OnlyContain(task => !task.IsCompleted, "the limit on calls in flight already bounds completions");
        probes.Count(task => !task.IsCompleted).Should().BeLessThanOrEqualTo(3, "the number of probes that callers send is unlimited");
    }

    [Test]
    public void Enqueue_Refuses_WhenBodiesThatWaitAreTooLarge()
    {
        var half = new byte[(WriteQueue.MaxPendingBytes / 2) + 1];
        var waiting = Add("a", half);

        var (refused, odd) = (Add("b", half), Quarantine(half));
        var plain = Add("c");
        waiting.IsCompleted.Should().BeFalse();
        _writes.Take()!.Complete();
        _writes.Finish();
        var after = Add("d", half);

        refused.Result.Should().Be(AddOutcome.Unavailable);
        odd.Result.Should().Be(QuarantineOutcome.Unavailable);
        plain.IsCompleted.Should().BeFalse("it has no body");
        after.IsCompleted.Should().BeFalse("there is room again");
    }

    [Test]
    public void Take_SplitsWaitingRequests_ByTheSizeOfTheirBodies()
    {
        var large = new byte[WriteQueue.MaxBatchBytes];
        _ = new[] { Add("a", large), Add("b", large) };
        _ = Quarantine(large);

        for (var batches = 0; batches < 3; batches++)
        {
            var batch = _writes.Take()!;
            batch.Count.Should().Be(1);
            batch.Complete();
            _writes.Finish();
        }
    }

    [Test]
    public void Take_SplitsWaitingRequests_ByMaxBatch()
    {
        _ = new[] { Add("a"), Add("b"), Add("c") };
        _ = new[] { Complete(), Complete(), Complete() };

        var first = _writes.Take()!;
        Ids(first).Should().Equal("a", "b");
        first.Others.Should().HaveCount(2, "completions have a separate share of the batch");
        first.Complete();
        _writes.Finish();
        var second = _writes.Take()!;

        Ids(second).Should().Equal("c");
        second.Others.Should().ContainSingle();
    }

    [Test]
    public void Take_SplitsWaitingRequests_ByTheStatementsTheyNeed()
    {
        using var writes = new WriteQueue(
            Options.Create(new IntakeOptions { MaxBatch = 10_000 }), AnswerThreads.Pool, _clock);
        for (var i = 0; i <= WriteQueue.MaxStatements; i++)
        {
            var completion = Attempts.Finish($"txn_{i}", TransactionStatus.Processed, _clock.GetUtcNow());
            _ = writes.Enqueue(new CompleteRequest(completion)).AsTask();
            _ = writes.Enqueue(new RemoveQuarantinedRequest(i)).AsTask();
        }

        var first = writes.Take()!;
        first.Others.Count(request => request is RemoveQuarantinedRequest).Should().Be(WriteQueue.MaxStatements);
        first.Complete();
        writes.Finish();

        writes.Take()!.Others.Should().HaveCount(2, "a completion shares its statement with others");
    }

    [Test]
    public async Task Take_TopsUpAndDropsTheLate_WhenTheBatchWasKept()
    {
        var late = Add("late");
        _writes.Take();
        _clock.Advance(Deadline / 2);
        _ = Add("b");
        _ = Add("c");
        _clock.Advance(Deadline / 2);
        (await late.Soon()).Should().Be(AddOutcome.Unavailable);

        var batch = _writes.Take()!;

        Ids(batch).Should().Equal("b", "c");
    }

    [Test]
    public async Task Take_WaitsForWork_AndEndsWhenClosedAndEmpty()
    {
        var taking = Task.Run(_writes.Take);
        _ = Add("a");
        var batch = await taking.Soon();
        batch!.Complete();
        _writes.Finish();
        var ending = Task.Run(_writes.Take);
        _writes.Close();

        (await ending.Soon()).Should().BeNull();
    }

    [Test]
    public async Task Enqueue_Refuses_WhenClosed_ButHandsOutWhatWasQueued()
    {
        _ = Add("a");
        _writes.Close();

        (await Add("b").Soon()).Should().Be(AddOutcome.Unavailable);
        (await Probe().Soon()).IsHealthy.Should().BeFalse();
        var completing = () => Complete().Soon();
        await completing.Should().ThrowAsync<StoreUnavailableException>();
        Ids(_writes.Take()!).Should().Equal("a");
    }

    [Test]
    public async Task Deadline_AnswersEachInItsOwnTime()
    {
        var early = Add("early");
        _clock.Advance(Deadline / 4);
        var late = Add("late");

        _clock.Advance((Deadline * 3 / 4) - TimeSpan.FromTicks(1));
        early.IsCompleted.Should().BeFalse("its deadline is still one tick away");
        _clock.Advance(TimeSpan.FromTicks(1));
        (await early.Soon()).Should().Be(AddOutcome.Unavailable);
        late.IsCompleted.Should().BeFalse();
        _clock.Advance((Deadline / 4) + TimeSpan.FromMilliseconds(1));

        (await late.Soon()).Should().Be(AddOutcome.Unavailable);
    }

    [Test]
    public async Task Deadline_IsKeptAgain_AfterAQuietTime()
    {
        _ = Add("a");
        _clock.Advance(TimeSpan.FromMinutes(1));

        var later = Add("b");
        _clock.Advance(Deadline);

        (await later.Soon()).Should().Be(AddOutcome.Unavailable);
    }

    [Test]
    public async Task Deadline_BindsProbesButNotCompletions()
    {
        var completing = Complete();
        var probing = Probe();
        _writes.LastFault = "The disk is full.";

        _clock.Advance(TimeSpan.FromHours(1));

        (await probing.Soon()).Should().Be(new StoreHealth(false, "The disk is full."));
        completing.IsCompleted.Should().BeFalse("a result waits until it is written");
    }

    [Test]
    public async Task Settle_HasNoEffect_AfterTheDeadline()
    {
        var waiting = Add("a");
        var batch = _writes.Take()!;
        batch.Adds[0].Outcome = AddOutcome.Added;
        _clock.Advance(Deadline);
        (await waiting.Soon()).Should().Be(AddOutcome.Unavailable);

        var settling = batch.Adds[0].Complete;

        settling.Should().NotThrow("the delayed commit may still end");
    }

    private Task<AddOutcome> Add(string id, byte[]? body = null)
    {
        var row = Transaction.Receive(id, "source", "destination", 1, "INR", _clock.GetUtcNow());
        var received = body is null ? null : new SourceEvent("stripe", null, null, null, new EventPayload(null, body));
        return _writes.Enqueue(new AddRequest(row, received) { Deadline = _writes.NextDeadline }).AsTask();
    }

    private Task<QuarantineOutcome> Quarantine(byte[] body)
    {
        var odd = new QuarantinedEvent(
            "stripe", new byte[32], _clock.GetUtcNow(), "no", null, null, "{}", new EventPayload(null, body));
        return _writes.Enqueue(new QuarantineEventRequest(odd) { Deadline = _writes.NextDeadline }).AsTask();
    }

    private Task<StoreHealth> Probe() =>
        _writes.Enqueue(new ProbeRequest(_clock.GetUtcNow()) { Deadline = _writes.NextDeadline }).AsTask();

    private Task<TransitionOutcome> Complete() => _writes.Enqueue(
        new CompleteRequest(Attempts.Finish("txn", TransactionStatus.Processed, _clock.GetUtcNow()))).AsTask();

    private static IEnumerable<string> Ids(WriteBatch batch) => batch.Adds.Select(add => add.Transaction.TransactionId);
}
