using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
[Category("Long")]
internal sealed class PostgreSqlLeaseTests : InstanceLeaseContract
{
    // Other instances count from when the server received the heartbeat, which may be long before its answer.
    [Test]
    public async Task Lease_RunsFromBeforeItsHeartbeatWasSent()
    {
        var database = (PostgresDatabase)Database;
        var instance = await OpenAsync();
        var (lease, half) = (instance.Get<InstanceLease>(), new InstanceOptions().LeaseDuration / 2);
        instance.Clock.Advance(new InstanceOptions().HeartbeatInterval);
        await using var other = await database.BeginAsync("LOCK TABLE instances");
        var completing = instance.Store.CompleteAsync(Done("nobody")).AsTask();
        await Eventually.HoldsAsync(database.IsSomebodyWaitingAsync, "the heartbeat waits for the table");
        instance.Clock.Advance(half);
        await other.ExecuteAsync("COMMIT");
        await completing.Soon();

        lease.IsHeld.Should().BeTrue();
        instance.Clock.Advance(half);

        lease.IsHeld.Should().BeFalse();
    }

    // The rows are committed by then: a claim among them is in the database, but in no process's memory.
    [Test]
    public async Task Heartbeat_ReleasesOrphans_WhenABatchFailedAfterItsCommit()
    {
        var database = (PostgresDatabase)Database;
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("known"));
        await instance.StartHeartbeatAsync();
        await instance.Clock.ArmedAsync(new InstanceOptions().HeartbeatInterval);
        await database.ExecuteAsync("ALTER TABLE conflicts RENAME TO elsewhere");
        await using var other = await database.BeginAsync("LOCK TABLE transactions");
        var first = instance.Store.AddAsync(Row("first")).AsTask();
        await Eventually.HoldsAsync(database.IsSomebodyWaitingAsync, "the first row waits for the table");
        var batch = new[] { Row("orphan"), Row("known", amount: 1) }.Select(row => instance.Store.AddAsync(row).AsTask()).ToArray();
        await other.ExecuteAsync("COMMIT");
        await first.Soon();
        (await Task.WhenAll(batch).Soon()).Should().OnlyContain(outcome => outcome == AddOutcome.Unavailable);
        await database.ExecuteAsync("ALTER TABLE elsewhere RENAME TO conflicts");

        instance.Clock.Advance(new InstanceOptions().HeartbeatInterval);
        await instance.Clock.ArmedAsync(new InstanceOptions().HeartbeatInterval);

        (await instance.ClaimAllAsync()).Should().Equal("orphan");
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
