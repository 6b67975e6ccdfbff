using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

[TestFixture]
internal sealed class TransactionQueueTests
{
    private const int Capacity = 4;

    private TransactionQueue _queue = null!;

    [SetUp]
    public void Open() => _queue = Create();

    [TearDown]
    public void Dispose() => _queue.Dispose();

    [Test]
    public void TryReserve_RefusesNewRows_UntilRecoveryHasLookedForOlderOnes()
    {
        _queue.TryReserve().Should().BeFalse();

        _queue.TryClearBacklog();

        _queue.TryReserve().Should().BeTrue();
    }

    [Test]
    public void TryReserve_RefusesNewRows_WhenTheInstanceDoesNotProcess()
    {
        using var queue = Create(isEnabled: false);
        queue.TryClearBacklog();

        queue.TryReserve().Should().BeFalse();
    }

    [Test]
    public void TryReserve_GrantsNoMoreThanTheCapacity()
    {
        _queue.TryClearBacklog();

        _queue.TryReserve(3).Should().Be(3);
        _queue.TryReserve(3).Should().Be(1);
        _queue.TryReserve(3).Should().Be(0);
        _queue.TryReserve().Should().BeFalse();
    }

    [Test]
    public async Task TryReserve_NeverExceedsTheCapacity_WhenManyReserveAtOnce()
    {
        using var queue = Create(capacity: 1_000);
        queue.TryClearBacklog();

        var granted = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            Enumerable.Range(0, 200).Sum(_ => i % 2 == 0 ? queue.TryReserve(3) : queue.TryReserve() ? 1 : 0)))).Soon();

        granted.Sum().Should().Be(1_000);
    }

    [Test]
    public void CancelReservation_FreesTheCapacity()
    {
        _queue.TryReserve(4);

        _queue.CancelReservation(3);

        _queue.TryReserve(10).Should().Be(3);
    }

    [Test]
    public void Dequeued_FreesTheCapacity_NotTheReadItself()
    {
        _queue.TryReserve(4);
        _queue.Enqueue(Claims.Of("a"));

        _queue.Reader.TryRead(out _).Should().BeTrue();
        _queue.TryReserve(1).Should().Be(0, "the transaction still waits for a free slot of the processor");
        _queue.Dequeued();

        _queue.TryReserve(1).Should().Be(1);
    }

    [Test]
    public void Enqueue_KeepsTheOrder()
    {
        foreach (var id in new[] { "b", "a", "c" })
        {
            _queue.TryReserve(1);
            _queue.Enqueue(Claims.Of(id));
        }

        _queue.Depth.Should().Be(3);
        new[] { Read(), Read(), Read() }.Should().Equal("b", "a", "c");
    }

    [Test]
    public void Enqueue_Throws_WhenThereIsNoRoom()
    {
        for (var i = 0; i < Capacity; i++)
        {
            _queue.Enqueue(Claims.Of($"{i}"));
        }

        var enqueue = () => _queue.Enqueue(Claims.Of("one too many"));

        enqueue.Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void MarkBacklog_MakesNewRowsWait()
    {
        _queue.TryClearBacklog();

        _queue.MarkBacklog();

        _queue.TryReserve().Should().BeFalse();
        _queue.TryReserve(1).Should().Be(1, "recovery still claims older rows");
    }

    [Test]
    public async Task WaitForRoom_Ends_WhenABacklogIsMarkedAndHalfIsFree()
    {
        _queue.TryClearBacklog();
        _queue.TryReserve(2);
        var waiting = _queue.WaitForRoomAsync(CancellationToken.None);

        waiting.IsCompleted.Should().BeFalse();
        _queue.MarkBacklog();

        await waiting.Soon();
    }

    [Test]
    public async Task WaitForRoom_Waits_UntilHalfIsFree()
    {
        _queue.TryReserve(4);
        _queue.MarkBacklog();
        var waiting = _queue.WaitForRoomAsync(CancellationToken.None);

        _queue.Dequeued();
        waiting.IsCompleted.Should().BeFalse("recovery claims pages, not single rows");
        _queue.Dequeued();

        await waiting.Soon();
    }

    [Test]
    public void WaitForRoom_Waits_WhenNothingIsLeftToTheDatabase()
    {
        _queue.TryClearBacklog();
        _queue.TryReserve(4);

        var waiting = _queue.WaitForRoomAsync(CancellationToken.None);
        _queue.CancelReservation(4);

        waiting.IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task WaitForRoom_IsSignalledOnce_AfterSeveralSignals()
    {
        for (var i = 0; i < 10; i++)
        {
            _queue.MarkBacklog();
        }

        await _queue.WaitForRoomAsync(CancellationToken.None).Soon();

        _queue.WaitForRoomAsync(CancellationToken.None).IsCompleted.Should().BeFalse();
    }

    private static TransactionQueue Create(int capacity = Capacity, bool isEnabled = true) =>
        new(Options.Create(new ProcessingOptions { QueueCapacity = capacity, Enabled = isEnabled }));

    private string? Read() => _queue.Reader.TryRead(out var claimed) ? claimed.TransactionId : null;
}
