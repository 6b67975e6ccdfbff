using FluentAssertions;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>
/// Claims of dead instances are found by what <c>totals</c> says about them. Whatever happens to that, no claim is lost.
/// </summary>
internal abstract class TakeOverContract : StoreContract
{
    [Test]
    public async Task Claim_LooksNoMore_WhereNothingIsLeft()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        var other = await OpenPatientAsync();
        await EndLeasesAsync(holder);

        (await other.ClaimAllAsync()).Should().Equal("held");
        (await other.ClaimAllAsync()).Should().BeEmpty();

        (await MayHaveClaimsAsync(other, NumberOf(holder))).Should().BeFalse();
        (await MayHaveClaimsAsync(other, NumberOf(other))).Should().BeTrue();
    }

    // A process that was suspended for longer than its lease, and went on.
    [Test]
    public async Task Claim_TakesOver_WhenTheInstanceCameBackInBetween()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        var other = await OpenPatientAsync();
        await EndLeasesAsync(holder);
        (await other.ClaimAllAsync()).Should().BeEmpty();
        holder.Clock.Advance(new InstanceOptions().HeartbeatInterval);
        await holder.Store.AddAsync(Row("held"));
        await EndLeasesAsync(holder);

        (await other.ClaimAllAsync()).Should().Equal("held");
    }

    // Otherwise, nothing would take over what it has claimed.
    [Test]
    public async Task Start_KeepsTheTotalsOfAForgottenInstance_WhileItHasClaims()
    {
        var holder = (await OpenAsync()).WithoutBacklog();
        await holder.Store.AddAsync(Row("held"));
        await Database.ExecuteAsync($"UPDATE instances SET expires_at = '2026-01-15T10:30:00Z' WHERE instance_id = {NumberOf(holder)}");
        await OpenAsync();

        var third = await OpenAsync();

        (await third.ClaimAllAsync()).Should().Equal("held");
        (await third.ClaimAllAsync()).Should().BeEmpty();
        await OpenAsync();
        (await TotalsOf(third, NumberOf(holder)).AnyAsync()).Should().BeFalse("its totals are those of no instance by now");
        (await third.Reader.CountAsync(CancellationToken.None)).Processing.Should().Be(1);
    }

    // A commit that is under way may still count in the totals of an instance that a start is forgetting.
    [Test]
    public async Task Start_FoldsTheTotalsOnlyOfInstancesForgottenBefore_SoThatNothingIsLostWhenOneComesBack()
    {
        var paused = (await OpenAsync()).WithoutBacklog();
        await paused.Store.AddAsync(Row("first"));
        await paused.Store.CompleteAsync(Done("first"));
        var number = NumberOf(paused);
        await Database.ExecuteAsync($"UPDATE totals SET empty_at = heartbeats WHERE instance_id = {number}");
        await Database.ExecuteAsync($"UPDATE instances SET expires_at = '2026-01-15T10:30:00Z' WHERE instance_id = {number}");

        var other = await OpenAsync();
        (await TotalsOf(other, number).AnyAsync()).Should().BeTrue("this start has only just forgotten it");
        await Database.ExecuteAsync($"UPDATE totals SET accepted = accepted + 1 WHERE instance_id = {number}");
        await paused.Store.AddAsync(Row("second"));
        await OpenAsync();

        (await TotalsOf(other, number).AnyAsync()).Should().BeFalse("they are those of no instance by now");
        var totals = await other.Reader.CountAsync(CancellationToken.None);
        (totals.Processing, totals.Processed).Should().Be((2, 1));
    }

    [Test]
    public async Task Stop_SaysWhetherClaimsAreLeft()
    {
        var clean = (await OpenAsync()).WithoutBacklog();
        await clean.Store.AddAsync(Row("released"));
        await clean.Store.ReleaseAsync(10);
        var other = (await OpenAsync()).WithoutBacklog();
        await other.Store.AddAsync(Row("left"));

        var asking = Build();
        var (released, left) = (NumberOf(clean), NumberOf(other));

        await KillAsync(clean);
        await KillAsync(other);

        (await MayHaveClaimsAsync(asking, released)).Should().BeFalse();
        (await MayHaveClaimsAsync(asking, left)).Should().BeTrue();
    }

    private static long NumberOf(StoreFixture instance) => instance.Get<InstanceLease>().InstanceId;

    private static IQueryable<TotalsRow> TotalsOf(StoreFixture asking, long instance) =>
        asking.Get<IDatabase>().CreateContext().Set<TotalsRow>().AsNoTracking().Where(totals => totals.InstanceId == instance);

    private static Task<bool> MayHaveClaimsAsync(StoreFixture asking, long instance) =>
        TotalsOf(asking, instance).Select(totals => EF.Property<long?>(totals, "EmptyAt") != EF.Property<long>(totals, "Heartbeats")).SingleAsync();
}
