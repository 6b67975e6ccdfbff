using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

[TestFixture]
public sealed class TransactionRecoveryTests
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly ObservableTimeProvider _clock = new();
    private RecordingStore _store = null!;
    private TransactionQueue _queue = null!;
    private TransactionRecovery _recovery = null!;

    [SetUp]
    public void Open() => _store = new RecordingStore(_clock);

    [TearDown]
    public async Task StopAsync()
    {
        await _recovery.StopAsync(CancellationToken.None).Soon();
        _recovery.Dispose();
        _queue.Dispose();
    }

    [Test]
    public async Task Start_QueuesWhatNobodyHolds_OldestFirst()
    {
        _store.AddUnclaimed(3, 1, 2);

        await StartAsync();

        (await ReadAsync(3)).Should().Equal("txn_1", "txn_2", "txn_3");
        await Patience.UntilAsync(_queue.TryReserve);
    }

    [Test]
    public async Task Start_GoesOnPageByPage_UntilThereIsNoMore()
    {
        _store.AddUnclaimed(Enumerable.Range(1, 23));

        await StartAsync(capacity: 100, claimBatch: 5);

        (await ReadAsync(23)).Should().Equal(Enumerable.Range(1, 23).Select(i => $"txn_{i}"));
        await _recovery.StopAsync(CancellationToken.None).Soon();
        _store.ClaimsTried.Should().OnlyContain(claim => claim.Limit == 5);
    }

    [Test]
    public async Task Sweep_QueuesWhatIsDue()
    {
        await StartAsync();
        await IdleAsync();
        _store.AddDue("due", ObservableTimeProvider.Origin + Sweep);
        _store.AddDue("later", ObservableTimeProvider.Origin + Sweep + Sweep);

        _clock.Advance(Sweep);

        (await ReadAsync(1)).Should().Equal("due");
    }

    [Test]
    public async Task Recovery_ComesWhenAnAttemptIsDue_AndNotOnlyWithTheSweep()
    {
        await StartAsync();
        await IdleAsync();
        using var due = new DueTimes(_queue, _clock);
        foreach (var seconds in new[] { 3, 1, 2 })
        {
            _store.AddDue($"after_{seconds}", ObservableTimeProvider.Origin.AddSeconds(seconds));
            due.Note(ObservableTimeProvider.Origin.AddSeconds(seconds));
        }

        for (var seconds = 1; seconds <= 3; seconds++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _clock.Advance(TimeSpan.FromMilliseconds(101));
            (await ReadAsync(1)).Should().Equal($"after_{seconds}");
        }
    }

    [Test]
    public async Task Sweep_QueuesWhatWasLeftSince()
    {
        await StartAsync();
        await IdleAsync();

        _store.AddUnclaimed(1);
        await Patience.UntilAsync(() =>
        {
            _clock.Advance(Sweep);
            return _queue.Depth > 0;
        });

        (await ReadAsync(1)).Should().Equal("txn_1");
    }

    [Test]
    public async Task Sweep_DoesNotStopNewRows_WhenNothingWaits()
    {
        await StartAsync(capacity: 10, claimBatch: 5);
        await IdleAsync();
        var isRoom = new List<bool>();
        _store.WhenClaiming = _ =>
        {
            isRoom.Add(_queue.TryReserve());
            _queue.CancelReservation();
        };

        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(Sweep);
            await IdleAsync();
        }

        await _recovery.StopAsync(CancellationToken.None).Soon();
        isRoom.Should().NotBeEmpty().And.OnlyContain(isFree => isFree);
    }

    [Test]
    public async Task Claim_NeverTakesMoreThanThereIsRoomFor()
    {
        _store.AddUnclaimed(Enumerable.Range(1, 50));
        await StartAsync(capacity: 4, claimBatch: 1_000);

        var read = new List<string>();
        while (read.Count < 50)
        {
            read.AddRange(await ReadAsync(1));
            _queue.Depth.Should().BeLessThanOrEqualTo(4);
        }

        read.Should().Equal(Enumerable.Range(1, 50).Select(i => $"txn_{i}"), "in order, each once, without any sweep");
        await _recovery.StopAsync(CancellationToken.None).Soon();
        _store.ClaimsTried.Should().OnlyContain(claim => claim.Limit <= 4 && claim.At == ObservableTimeProvider.Origin);
    }

    [Test]
    public async Task Backlog_IsDrained_BeforeNewRowsAreQueued()
    {
        var overtaking = new List<int>();
        _store.AddUnclaimed(Enumerable.Range(1, 40));
        _store.WhenClaiming = left =>
        {
            if (left > 0 && _queue.TryReserve())
            {
                overtaking.Add(left);
                _queue.CancelReservation();
            }
        };

        await StartAsync(capacity: 8, claimBatch: 3);
        await ReadAsync(40);
        await Patience.UntilAsync(_queue.TryReserve);

        overtaking.Should().BeEmpty();
    }

    [Test]
    public async Task Backlog_OfAFullQueue_IsTakenAsSoonAsThereIsRoom()
    {
        await StartAsync(capacity: 4);
        var taken = 0;
        await Patience.UntilAsync(() => (taken += _queue.TryReserve(4 - taken)) == 4);
        _store.AddUnclaimed(1, 2);
        _queue.MarkBacklog();

        _queue.CancelReservation(4);

        (await ReadAsync(2)).Should().Equal("txn_1", "txn_2");
        await Patience.UntilAsync(_queue.TryReserve);
        _clock.GetUtcNow().Should().Be(ObservableTimeProvider.Origin, "it did not wait for a sweep");
    }

    [Test]
    public async Task Pass_FindsOlderRows_WhenItBeganInTheMiddle()
    {
        _store.AddUnclaimed(10, 11, 12, 13);
        _store.WhenClaiming = left =>
        {
            _store.WhenClaiming = _ => { };
            _store.AddUnclaimed(1, 2);
        };

        await StartAsync(capacity: 100, claimBatch: 2);

        (await ReadAsync(6)).Should().Equal("txn_10", "txn_11", "txn_12", "txn_13", "txn_1", "txn_2");
    }

    [Test]
    public async Task Failure_WaitsForTheNextSweep_AndLosesNoPlace()
    {
        _store.AddUnclaimed(1);
        _store.Failures = 3;

        await StartAsync(capacity: 4);
        for (var i = 0; i < 3; i++)
        {
            await IdleAsync();
            _queue.TryReserve().Should().BeFalse("older rows may wait");
            _clock.Advance(Sweep);
        }

        (await ReadAsync(1)).Should().Equal("txn_1");
        var taken = 0;
        await Patience.UntilAsync(() => (taken += _queue.TryReserve(4 - taken)) == 4);
        await _recovery.StopAsync(CancellationToken.None).Soon();
        _store.ClaimsTried.Take(4).Select(claim => claim.At - ObservableTimeProvider.Origin)
            .Should().Equal(TimeSpan.Zero, Sweep, Sweep * 2, Sweep * 3);
    }

    [Test]
    public async Task Recovery_ClaimsNothing_WhenTheInstanceDoesNotProcess()
    {
        _store.AddUnclaimed(1);

        await StartAsync(isEnabled: false);
        await _recovery.ExecuteTask!.Soon();

        _store.ClaimsTried.Should().BeEmpty();
    }

    [Test]
    public async Task Stop_EndsTheWait()
    {
        await StartAsync();
        await IdleAsync();

        await _recovery.StopAsync(CancellationToken.None).Soon();

        _recovery.ExecuteTask!.IsCompletedSuccessfully.Should().BeTrue();
    }

    // It waits for the next sweep, though a signal of room it has not seen yet may make it look once more before.
    private Task IdleAsync() => _clock.ArmedAsync(Sweep);

    private async Task<List<string>> ReadAsync(int count)
    {
        List<string> ids = [];
        while (ids.Count < count)
        {
            ids.Add(await _queue.Reader.ReadAsync().Soon());
            _queue.Dequeued();
        }

        return ids;
    }

    private async Task StartAsync(int capacity = 1_000, int claimBatch = 100, bool isEnabled = true)
    {
        var options = Options.Create(new ProcessingOptions
        {
            QueueCapacity = capacity,
            ClaimBatch = claimBatch,
            SweepInterval = Sweep,
            Enabled = isEnabled,
        });
        _queue = new TransactionQueue(options);
        _recovery = new TransactionRecovery(_queue, _store, options, _clock, NullLogger<TransactionRecovery>.Instance);
        await _recovery.StartAsync(CancellationToken.None);
    }
}
