using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The guarantees among instances that share one database, on every database that can be shared.</summary>
internal abstract class InstanceLeaseContract : StoreContract
{
    private static readonly InstanceOptions Defaults = new();

    [Test]
    public async Task Claim_LeavesTheRowsOfTheLiving()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();

        (await other.ClaimAllAsync()).Should().BeEmpty();

        (await other.Store.CompleteAsync(Done("held"))).Should().Be(TransitionOutcome.Superseded);
        (await holder.Store.CompleteAsync(Done("held"))).Should().Be(TransitionOutcome.Applied);
    }

    [Test]
    public async Task Claim_TakesOver_WhenALeaseHasRunOut()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();
        await EndLeasesAsync(holder);
        await other.Store.AddAsync(Row("free"));

        var claimed = await other.Store.ClaimAsync(ClaimPosition.Start, 10);

        claimed.Numbers().Should().BeEquivalentTo([("held", 2, true), ("free", 2, false)]);

        (await holder.Store.CompleteAsync(Done("held"))).Should().Be(TransitionOutcome.Superseded, "its fencing token is stale");
        (await other.Store.CompleteAsync(Done("held", claim: 2))).Should().Be(TransitionOutcome.Applied);
        (await holder.Reader.FindAsync("held", CancellationToken.None))!.Attempts.Should().Be(1);
    }

    [Test]
    public async Task Prune_IsDoneByOneInstance_AndByTheNextOneWhenThatIsDead()
    {
        var interval = new RetentionOptions().Interval;
        var first = await OpenAsync();
        var second = await OpenAsync(("Quarantine:Retention", "00:00:01"));
        await first.Store.QuarantineAsync(Odd(1));
        _ = second.StartPruning();

        await PassAsync();
        (await second.Get<IEventReader>().CountQuarantineAsync(null, CancellationToken.None)).Should().Be(1, "the first one prunes");
        await EndLeasesAsync(first);
        await PassAsync();
        (await second.Get<IEventReader>().CountQuarantineAsync(null, CancellationToken.None)).Should().Be(0);

        async Task PassAsync()
        {
            await second.Clock.ArmedAsync(interval);
            second.Clock.Advance(interval);
            await second.Store.ProbeAsync();
            await second.Clock.ArmedAsync(interval);
        }
    }

    [Test]
    public async Task Claim_LeavesItsOwnRows_WhenItsLeaseHasRunOut()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        holder.Clock.Advance(Defaults.HeartbeatInterval * 3);
        await EndLeasesAsync(holder);

        (await holder.ClaimAllAsync()).Should().BeEmpty("it has them in memory");
    }

    [Test]
    public async Task Claim_TakesOverNothing_WhenTheDatabaseWasAwayForAll()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();
        other.Clock.Advance(Defaults.LeaseDuration);
        await other.Store.ProbeAsync();
        await EndLeasesAsync(holder);

        (await other.ClaimAllAsync()).Should().BeEmpty("the holder may renew its lease at any moment");
        for (var i = 0; i < 2; i++)
        {
            other.Clock.Advance(Defaults.HeartbeatInterval);
            await other.Store.ProbeAsync();
        }

        (await other.ClaimAllAsync()).Should().Equal(["held"], "the holder has had time to renew");
    }

    [Test]
    public async Task Probe_RenewsTheLease()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();
        await EndLeasesAsync(holder);

        (await holder.Store.ProbeAsync()).Should().Be(StoreHealth.Healthy);

        (await other.ClaimAllAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Commit_RenewsTheLease_WhenAHeartbeatIsDue()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();
        await EndLeasesAsync(holder);
        holder.Clock.Advance(Defaults.HeartbeatInterval);

        await holder.Store.AddAsync(Row("another"));

        (await other.ClaimAllAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Instance_GetsANewNumber_WhenItWasDeleted()
    {
        var instance = await OpenAsync();
        var lease = instance.Get<InstanceLease>();
        var before = lease.InstanceId;
        await Database.ExecuteAsync("DELETE FROM instances");

        await instance.Store.ProbeAsync();
        await instance.Store.AddAsync(Row("txn"));

        lease.InstanceId.Should().BeGreaterThan(before);
        (await instance.Store.ProbeAsync()).Should().Be(StoreHealth.Healthy);
    }

    [Test]
    public async Task Start_ForgetsInstances_WhenTheyAreLongDead()
    {
        var first = await OpenAsync();
        var second = await OpenAsync();
        await Database.ExecuteAsync(
            $"UPDATE instances SET expires_at = '2026-01-15T10:30:00Z' WHERE instance_id = {first.Get<InstanceLease>().InstanceId}");

        await OpenAsync();

        await first.Store.ProbeAsync();
        await first.Store.AddAsync(Row("txn"));
        first.Get<InstanceLease>().InstanceId.Should().BeGreaterThan(second.Get<InstanceLease>().InstanceId);
    }

    [Test]
    public async Task Claim_GivesEachRowToOne_WhenManyInstancesClaimAtOnce()
    {
        var instances = new[] { await OpenAsync(), await OpenAsync(), await OpenAsync() };
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => instances[i % 3].Store.AddAsync(Row($"txn_{i}", at: At(i))).AsTask()));

        var claimed = await Task.WhenAll(instances.Select(instance => Task.Run(async () =>
        {
            List<string> ids = [];
            for (var emptyLooks = 0; emptyLooks < 3;)
            {
                var page = (await instance.Store.ClaimAsync(ClaimPosition.Start, 7)).Ids();
                ids.AddRange(page);
                emptyLooks += page.Count == 0 ? 1 : 0;
            }

            return ids;
        }))).Soon();

        claimed.SelectMany(ids => ids).Should().OnlyHaveUniqueItems().And.HaveCount(300);
    }

    [Test]
    public async Task Add_AddsOneRowForEachId_WhenInstancesSendTheSameInOppositeOrder()
    {
        var instances = new[] { await OpenAsync(), await OpenAsync() };

        for (var round = 0; round < 10; round++)
        {
            var ids = Enumerable.Range(0, 50).Select(i => $"txn_{round}_{i}").ToArray();
            var answers = await Task.WhenAll(instances.SelectMany((instance, i) =>
                (i == 0 ? ids : ids.Reverse()).Select(id => instance.Store.AddAsync(Row(id)).AsTask()))).Soon();

            answers.Count(answer => answer == AddOutcome.Added).Should().Be(50);
            answers.Count(answer => answer == AddOutcome.Duplicate).Should().Be(50);
        }
    }

    [Test]
    public async Task Orphans_AreReleased_AndClaimsInMemoryAreKept()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("known"));
        await instance.Store.AddAsync(Row("orphan", at: At(1)));
        instance.Get<ClaimedSet>().Remove("orphan", claim: 1);

        var released = await instance.Get<WriteQueue>().Enqueue(
            new ReleaseOrphansRequest([new("known", 1), new("orphan", 1)]));

        released.Should().Be(1);
        (await instance.ClaimAllAsync()).Should().Equal("orphan");
    }

    [Test]
    public async Task Heartbeat_ReleasesOrphans_AfterABatchWasLost()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("known"));
        await instance.Store.AddAsync(Row("orphan", at: At(1)));
        await instance.StartHeartbeatAsync();
        await instance.Clock.ArmedAsync(Defaults.HeartbeatInterval);
        instance.Get<ClaimedSet>().Remove("orphan", claim: 1);
        instance.Get<ClaimedSet>().NoteOrphans();

        instance.Clock.Advance(Defaults.HeartbeatInterval);
        await instance.Clock.ArmedAsync(Defaults.HeartbeatInterval);

        (await instance.ClaimAllAsync()).Should().Equal("orphan");
    }

    // Reads failed for longer than a lease: orphaned claims stay noted until a search for them has succeeded.
    [Test]
    public async Task Heartbeat_ReleasesOrphans_WhenTheSearchSucceedsOnlyAfterALease()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("orphan"));
        await instance.StartHeartbeatAsync();
        await instance.Clock.ArmedAsync(Defaults.HeartbeatInterval);
        instance.Get<ClaimedSet>().Remove("orphan", claim: 1);
        instance.Get<ClaimedSet>().NoteOrphans();
        instance.WhenOpening = () => throw new TimeoutException("No connection is free.");
        await BeatAsync(instance, times: 6);
        instance.WhenOpening = () => { };

        await BeatAsync(instance, times: 1);

        (await instance.ClaimAllAsync()).Should().Equal("orphan");
    }

    // A stalled server writes the requests that it has received when it resumes, possibly after the first search.
    [Test]
    public async Task Heartbeat_ReleasesOrphans_ThatAreWrittenAfterTheFirstSearch()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.StartHeartbeatAsync();
        await instance.Clock.ArmedAsync(Defaults.HeartbeatInterval);
        instance.Get<ClaimedSet>().NoteOrphans();
        await BeatAsync(instance, times: 2);
        await instance.Store.AddAsync(Row("late"));
        instance.Get<ClaimedSet>().Remove("late", claim: 1);

        await BeatAsync(instance, times: 1);

        (await instance.ClaimAllAsync()).Should().Equal("late");
    }

    [Test]
    public async Task Commit_IsCountedAndFenced_WhenTheInstanceWasForgottenMeanwhile()
    {
        var paused = (await OpenAsync()).WithoutBacklog();
        await paused.Store.AddAsync(Row("before"));
        var lease = paused.Get<InstanceLease>();
        var (number, losses) = (lease.InstanceId, lease.Losses);
        await Database.ExecuteAsync($"DELETE FROM instances WHERE instance_id = {number}");
        var other = await OpenAsync();

        var added = await paused.Store.AddAsync(Row("after"));
        var completed = await paused.Store.CompleteAsync(Done("before"));

        added.Should().Be(AddOutcome.Added);
        completed.Should().Be(TransitionOutcome.Superseded, "any instance may have claimed its rows by now");
        lease.InstanceId.Should().BeGreaterThan(number);
        lease.Losses.Should().Be(losses + 1, "no call may begin for the rows in its memory");
        var totals = await other.Reader.CountAsync(CancellationToken.None);
        (totals.Processing, totals.Processed).Should().Be((2, 0));
    }

    [Test]
    public async Task Commit_RegistersAgain_WhenItsTotalsAreGone()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await Database.ExecuteAsync("DELETE FROM totals WHERE instance_id <> 0");

        (await instance.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Added);

        (await instance.Reader.CountAsync(CancellationToken.None)).Processing.Should().Be(1);
    }

    // For example, because of a constraint that an operator added: the database rejects this row and no other.
    [Test]
    public async Task Add_RefusesOneRow_WhenTheDatabaseRefusesIt()
    {
        var instance = await OpenAsync();
        await Database.ExecuteAsync("ALTER TABLE transactions ADD CONSTRAINT ck_refused CHECK (source_account <> 'refused')");
        var rows = Enumerable.Range(0, 50).Select(i => Row($"txn_{i}", source: i % 7 == 3 ? "refused" : "acc_user_789"));

        var outcomes = await Task.WhenAll(rows.Select(async row => (row, Outcome: await instance.Store.AddAsync(row)))).Soon();

        outcomes.Should().OnlyContain(add =>
            add.Outcome == (add.row.SourceAccount == "refused" ? AddOutcome.Unavailable : AddOutcome.Added));
        (await instance.Reader.CountAsync(CancellationToken.None)).Processing.Should().Be(43);
    }

    [Test]
    public async Task Heartbeat_RenewsTheLeaseOfAnIdleInstance()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();
        await holder.StartHeartbeatAsync();
        await holder.Clock.ArmedAsync(Defaults.HeartbeatInterval);
        await EndLeasesAsync(holder);

        holder.Clock.Advance(Defaults.HeartbeatInterval);
        await holder.Clock.ArmedAsync(Defaults.HeartbeatInterval);

        (await other.ClaimAllAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Instances_AreAliveOrDead_OnTheServersClock()
    {
        var dead = await OpenAsync();
        var asking = await OpenAsync();
        await EndLeasesAsync(dead);

        var instances = await asking.Reader.ListInstancesAsync(CancellationToken.None);

        instances.Select(i => i.InstanceId).Should().Equal(asking.Get<InstanceLease>().InstanceId, dead.Get<InstanceLease>().InstanceId);
        instances.Select(i => i.IsSelf).Should().Equal(true, false);
        instances.Select(i => i.IsAlive).Should().Equal(true, false);
        instances.Should().OnlyContain(i => i.ExpiresAt != null);
    }

    private static async Task BeatAsync(StoreFixture instance, int times)
    {
        for (var i = 0; i < times; i++)
        {
            instance.Clock.Advance(Defaults.HeartbeatInterval);
            await instance.Clock.ArmedAsync(Defaults.HeartbeatInterval);
        }
    }
}
