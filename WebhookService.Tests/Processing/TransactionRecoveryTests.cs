using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Processing;

[TestFixture]
internal sealed class TransactionRecoveryTests : RecoveryFixture
{
    [Test]
    public async Task Start_QueuesWhatNobodyHolds_OldestFirst()
    {
        Store.AddUnclaimed(3, 1, 2);

        await StartAsync();

        (await ReadAsync(3)).Should().Equal("txn_1", "txn_2", "txn_3");
        await Patience.UntilAsync(Queue.TryReserve);
    }

    [Test]
    public async Task Start_ContinuesPageByPage_UntilNoRowIsLeft()
    {
        Store.AddUnclaimed(Enumerable.Range(1, 23));

        await StartAsync(capacity: 100, claimBatch: 5);

        (await ReadAsync(23)).Should().Equal(Enumerable.Range(1, 23).Select(i => $"txn_{i}"));
        await Recovery.StopAsync(CancellationToken.None).Soon();
        Store.ClaimsTried.Should().OnlyContain(claim => claim.Limit == 5);
    }

    [Test]
    public async Task Sweep_QueuesRowsLeftSince()
    {
        await StartAsync();
        await IdleAsync();

        Store.AddUnclaimed(1);
        await Patience.UntilAsync(() =>
        {
            Clock.Advance(Sweep);
            return Queue.Depth > 0;
        });

        (await ReadAsync(1)).Should().Equal("txn_1");
    }

    // Instances that were started together would otherwise sweep together.
    [Test]
    public async Task Sweep_ComesALittleEarlier_ByChance()
    {
        await StartAsync(random: new FixedRandom(0.5));

        await Clock.ArmedAsync(Sweep * 0.9);
    }

    [Test]
    public async Task Sweep_DoesNotStopNewRows_WhenNothingWaits()
    {
        await StartAsync(capacity: 10, claimBatch: 5);
        await IdleAsync();
        var isRoom = new List<bool>();
        Store.WhenClaiming = _ =>
        {
            isRoom.Add(Queue.TryReserve());
            Queue.CancelReservation();
        };

        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(Sweep);
            await IdleAsync();
        }

        await Recovery.StopAsync(CancellationToken.None).Soon();
        isRoom.Should().NotBeEmpty().And.OnlyContain(isFree => isFree);
    }

    [Test]
    public async Task Claim_NeverExceedsTheFreeCapacity()
    {
        Store.AddUnclaimed(Enumerable.Range(1, 50));
        await StartAsync(capacity: 4, claimBatch: 1_000);

        var read = new List<string>();
        while (read.Count < 50)
        {
            read.AddRange(await ReadAsync(1));
            Queue.Depth.Should().BeLessThanOrEqualTo(4);
        }

        read.Should().Equal(Enumerable.Range(1, 50).Select(i => $"txn_{i}"), "they are read in order, each once, without a sweep");
        await Recovery.StopAsync(CancellationToken.None).Soon();
        Store.ClaimsTried.Should().OnlyContain(claim => claim.Limit <= 4 && claim.At == ObservableTimeProvider.Origin);
    }

    [Test]
    public async Task Backlog_IsDrained_BeforeNewRowsAreQueued()
    {
        var overtaking = new List<int>();
        Store.AddUnclaimed(Enumerable.Range(1, 40));
        Store.WhenClaiming = left =>
        {
            if (left > 0 && Queue.TryReserve())
            {
                overtaking.Add(left);
                Queue.CancelReservation();
            }
        };

        await StartAsync(capacity: 8, claimBatch: 3);
        await ReadAsync(40);
        await Patience.UntilAsync(Queue.TryReserve);

        overtaking.Should().BeEmpty();
    }

    [Test]
    public async Task Backlog_IsClaimedAtOnce_WhenAFullQueueHasCapacityAgain()
    {
        await StartAsync(capacity: 4);
        var taken = 0;
        await Patience.UntilAsync(() => (taken += Queue.TryReserve(4 - taken)) == 4);
        Store.AddUnclaimed(1, 2);
        Queue.MarkBacklog();

        Queue.CancelReservation(4);

        (await ReadAsync(2)).Should().Equal("txn_1", "txn_2");
        await Patience.UntilAsync(Queue.TryReserve);
        Clock.GetUtcNow().Should().Be(ObservableTimeProvider.Origin, "recovery did not wait for a sweep");
    }

    [Test]
    public async Task Pass_FindsOlderRows_WhenItBeganInTheMiddle()
    {
        Store.AddUnclaimed(10, 11, 12, 13);
        Store.WhenClaiming = left =>
        {
            Store.WhenClaiming = _ => { };
            Store.AddUnclaimed(1, 2);
        };

        await StartAsync(capacity: 100, claimBatch: 2);

        (await ReadAsync(6)).Should().Equal("txn_10", "txn_11", "txn_12", "txn_13", "txn_1", "txn_2");
    }

    [Test]
    public async Task Pass_KeepsNewRowsBehindOlderOnes_WhenItBeganInTheMiddle()
    {
        var overtaken = new List<int>();
        Store.AddUnclaimed(10, 11);
        Store.WhenClaiming = _ =>
        {
            Store.AddUnclaimed(1, 2, 3);
            Store.WhenClaiming = left =>
            {
                if (left > 0 && Queue.TryReserve())
                {
                    overtaken.Add(left);
                    Queue.CancelReservation();
                }
            };
        };

        await StartAsync(capacity: 100, claimBatch: 2);

        (await ReadAsync(5)).Should().Equal("txn_10", "txn_11", "txn_1", "txn_2", "txn_3");
        overtaken.Should().BeEmpty();
    }

    [Test]
    public async Task Failure_WaitsForTheNextSweep_AndLosesNoCapacity()
    {
        Store.AddUnclaimed(1);
        Store.Failures = 3;

        await StartAsync(capacity: 4);
        for (var i = 0; i < 3; i++)
        {
            await IdleAsync();
            Queue.TryReserve().Should().BeFalse("older rows may be waiting");
            Clock.Advance(Sweep);
        }

        (await ReadAsync(1)).Should().Equal("txn_1");
        var taken = 0;
        await Patience.UntilAsync(() => (taken += Queue.TryReserve(4 - taken)) == 4);
        await Recovery.StopAsync(CancellationToken.None).Soon();
        Store.ClaimsTried.Take(4).Select(claim => claim.At - ObservableTimeProvider.Origin)
            .Should().Equal(TimeSpan.Zero, Sweep, Sweep * 2, Sweep * 3);
    }

    [Test]
    public async Task Recovery_ClaimsNothing_WhenTheInstanceDoesNotProcess()
    {
        Store.AddUnclaimed(1);

        await StartAsync(isEnabled: false);
        await Recovery.ExecuteTask!.Soon();

        Store.ClaimsTried.Should().BeEmpty();
    }

    [Test]
    public async Task Stop_EndsTheWait()
    {
        await StartAsync();
        await IdleAsync();

        await Recovery.StopAsync(CancellationToken.None).Soon();

        Recovery.ExecuteTask!.IsCompletedSuccessfully.Should().BeTrue();
    }
}
