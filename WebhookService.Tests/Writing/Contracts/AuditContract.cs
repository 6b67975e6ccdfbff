using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The audit of operators' actions, and the pause that is read from it, on every database.</summary>
internal abstract class AuditContract : StoreContract
{
    [Test]
    public async Task Entries_AreListedAsRecorded_NewestFirst_PageByPage()
    {
        var instance = await OpenAsync();
        var entries = Enumerable.Range(0, 5)
            .Select(i => new AuditEntry(
                At(i), i == 0 ? null : "ops", AuditActions.Retry, i == 1 ? null : $"txn_{i}", i * 1_000_000_000L, i == 2 ? "Ünïcode €" : null))
            .ToList();
        foreach (var entry in entries)
        {
            await instance.Store.RecordAsync(entry);
        }

        var first = await ListAsync(instance, null, null, 2);
        var rest = await ListAsync(instance, null, first[1].Id, 3);

        first.Select(e => e.Entry).Should().Equal(entries[4], entries[3], entries[2]);
        rest.Select(e => e.Entry).Should().Equal(entries[2], entries[1], entries[0]);
        (await ListAsync(instance, "txn_3", null, 10)).Select(e => e.Entry).Should().Equal(entries[3]);
        (await ListAsync(instance, "txn_1", null, 10)).Should().BeEmpty();
        (await ListAsync(instance, "TXN_3", null, 10)).Should().BeEmpty("ids are case-sensitive");
    }

    [Test]
    public async Task Pause_IsWhatWasLastRecorded()
    {
        var instance = await OpenAsync();
        var reader = instance.Get<IAuditReader>();
        (await reader.FindPauseAsync(CancellationToken.None)).Should().Be(PauseState.Running);
        var pause = new AuditEntry(At(1), "ops", AuditActions.Pause, null, 0, "The acquirer is down.");

        await instance.Store.RecordAsync(pause);
        await instance.Store.RecordAsync(new AuditEntry(At(2), "ops", AuditActions.Retry, "txn", 1, null));

        (await reader.FindPauseAsync(CancellationToken.None)).Should().Be(new PauseState(true, pause));

        // The clock of another instance may be behind.
        var resume = new AuditEntry(At(0), null, AuditActions.Resume, null, 0, null);
        await instance.Store.RecordAsync(resume);
        (await reader.FindPauseAsync(CancellationToken.None)).Should().Be(new PauseState(false, resume));
    }

    [Test]
    public async Task Pause_IsFollowedByAnInstanceThatDidNotBeginIt()
    {
        if (Database.Url.StartsWith("sqlite", StringComparison.Ordinal))
        {
            Assert.Ignore("A SQLite file has one instance.");
        }

        var one = await OpenAsync();
        var other = await OpenAsync();
        var follower = other.Get<ProcessingPause>();
        await follower.StartAsync(CancellationToken.None);
        await other.Get<PauseGate>().WaitUntilRunningAsync(CancellationToken.None).AsTask().Soon();

        await one.Get<ProcessingPause>().ChangeAsync(AuditActions.Pause, "ops", null, CancellationToken.None);
        await FollowAsync(other, isPaused: true);
        var waiting = other.Get<PauseGate>().WaitUntilRunningAsync(CancellationToken.None).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        await one.Get<ProcessingPause>().ChangeAsync(AuditActions.Resume, "ops", null, CancellationToken.None);
        await FollowAsync(other, isPaused: false);

        await waiting.Soon();
        await follower.StopAsync(CancellationToken.None);
    }

    private static async Task<IReadOnlyList<RecordedAudit>> ListAsync(StoreFixture instance, string? target, long? before, int limit) =>
        await instance.Get<IAuditReader>().ListAsync(target, before, limit, CancellationToken.None);

    private static async Task FollowAsync(StoreFixture instance, bool isPaused)
    {
        var interval = new ProcessingOptions().PauseInterval;
        await Eventually.HoldsAsync(
            async () =>
            {
                await instance.Clock.ArmedAsync(interval);
                instance.Clock.Advance(interval);
                return instance.Get<PauseGate>().State?.IsPaused == isPaused;
            },
            "the instance has looked");
    }
}
