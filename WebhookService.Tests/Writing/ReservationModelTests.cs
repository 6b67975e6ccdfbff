using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing;

/// <summary>
/// Whatever happens to commits and callers, a unit of queue capacity is either free or used by a claimed row.
/// </summary>
[TestFixture]
internal sealed class ReservationModelTests
{
    private readonly CommitFixture _fixture = new(maxBatch: 3);
    private readonly Dictionary<AddRequest, Task> _sent = [];
    private readonly List<string> _worked = [];

    [TearDown]
    public void Stop() => _fixture.Dispose();

    [Test]
    public async Task Capacity_IsUsedByClaimedRowsOnly_AfterAnyCommit([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        _fixture.Start();
        for (var step = 0; step < 60; step++)
        {
            await StepAsync(random);
        }

        _fixture.Writer.LetGo();
        await _fixture.AddAsync("last").Soon();

        var onQueue = _fixture.Queue.Depth;
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity - onQueue);
        _worked.AddRange(_fixture.Drain());
        _worked.Should().Equal(_fixture.Writer.Claimed, "every claimed row is queued once, in order of commit");
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
    }

    private async Task StepAsync(Random random)
    {
        switch (random.Next(10))
        {
            case < 4:
                Send($"txn_{random.Next(30)}");
                break;
            case < 7 when IsAnybodyWaiting:
                await EndCommitAsync(random.Next(3));
                break;
            case 7:
                _fixture.Clock.Advance(CommitFixture.Deadline * random.NextDouble());
                await Eventually.HoldsAsync(() => _sent.Keys.All(IsInTime), "every request past its deadline is answered");
                break;
            case 8 when _fixture.Queue.Reader.TryRead(out var claimed):
                _worked.Add(claimed.TransactionId);
                _fixture.Queue.Dequeued();
                break;
            case 9:
                _fixture.Queue.TryClearBacklog();
                break;
            default:
                break;
        }
    }

    private bool IsAnybodyWaiting => _sent.Keys.Any(request => !request.IsCompleted);

    // The timer for the next deadline is set one millisecond after it.
    private bool IsInTime(AddRequest request) => request.IsCompleted
        || request.Deadline > _fixture.Clock.GetTimestamp() - (_fixture.Clock.TimestampFrequency / 1_000);

    private void Send(string id)
    {
        var row = Transaction.Receive(id, "source", "destination", 1, "INR", _fixture.Clock.GetUtcNow());
        var request = new AddRequest(row) { Deadline = _fixture.Writes.NextDeadline };
        _sent.Add(request, _fixture.Writes.Enqueue(request).AsTask());
    }

    private async Task EndCommitAsync(int verdict)
    {
        var attempt = await _fixture.Writer.NextAsync();
        if (verdict == 0)
        {
            attempt.Fail(CommitFault.Busy);
            return;
        }

        if (verdict == 1)
        {
            attempt.Succeed();
        }
        else
        {
            attempt.Fail(CommitFault.Rejected);
        }

        await Task.WhenAll(attempt.Adds.Select(request => _sent[request])).Soon();
    }
}
