using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Alerts;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Instances;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Alerts;

/// <summary>What alerts are decided by, and that instances which share a database send each once, on every database.</summary>
internal abstract class AlertContract : StoreContract
{
    [Test]
    public async Task State_IsStored_UnlessItHasChangedMeanwhile()
    {
        var instance = await OpenAsync();
        var none = await FindAsync(instance);
        none.Should().Be(AlertState.None("breaker.open"));
        var first = new AlertState("breaker.open", 0, At(1), At(2), At(3), long.MaxValue);

        (await instance.Store.TryStoreAsync(first)).Should().BeTrue();
        (await FindAsync(instance)).Should().Be(first with { Version = 1 });
        (await instance.Store.TryStoreAsync(first)).Should().BeFalse("it was decided before the first");
        (await instance.Store.TryStoreAsync(new("breaker.open", 1, null, null, null, 7))).Should().BeTrue();
        (await instance.Store.TryStoreAsync(first with { Version = 1 })).Should().BeFalse();

        (await FindAsync(instance)).Should().Be(new AlertState("breaker.open", 2, null, null, null, 7));
        (await instance.Get<AlertReader>().FindStateAsync("processing.paused", CancellationToken.None)).Version.Should().Be(0);
    }

    [Test]
    public async Task NewFailures_AreGrouped_WithoutWhatTheExternalSystemAnswered()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await FailAsync(instance, "old", 503, at: 10);
        await FailAsync(instance, "a", 422, at: 20);
        await FailAsync(instance, "b", 422, at: 30);
        await FailAsync(instance, "c", 422, at: 30, source: "stripe");
        await FailAsync(instance, "d", null, at: 40);
        await instance.Store.AddAsync(Row("processed"));
        await instance.Store.CompleteAsync(Done("processed"));
        var reader = instance.Get<AlertReader>();

        var groups = await reader.ListNewFailuresAsync(At(20), 10, CancellationToken.None);

        groups.Should().BeEquivalentTo([
            new NewFailures("422 Unprocessable Entity", 422, null, 2),
            new NewFailures("422 Unprocessable Entity", 422, "stripe", 1),
            new NewFailures("No answer within 10 s.", null, null, 1),
        ]);
        groups[0].Count.Should().Be(2, "the largest group comes first");
        (await reader.ListNewFailuresAsync(At(0), 2, CancellationToken.None)).Sum(group => group.Count)
            .Should().Be(2, "no more rows are read");
        (await reader.CountFailedAsync(CancellationToken.None)).Should().Be(5);
        await instance.Store.RetryAsync([new("a", 1)]);
        (await reader.CountFailedAsync(CancellationToken.None)).Should().Be(5, "it has failed, whatever came later");
        (await reader.ListNewFailuresAsync(At(20), 10, CancellationToken.None)).Sum(group => group.Count).Should().Be(3);
    }

    [Test]
    public async Task NewQuarantined_AreCountedBySource_RepeatsAreNot()
    {
        var instance = await OpenAsync();
        var reader = instance.Get<AlertReader>();
        (await reader.FindLastQuarantinedAsync(CancellationToken.None)).Should().Be(0);
        await instance.Store.QuarantineAsync(Odd(1));
        var mark = await reader.FindLastQuarantinedAsync(CancellationToken.None);
        (await reader.ListQuarantinedAsync(mark, CancellationToken.None)).Should().BeEmpty();

        await instance.Store.QuarantineAsync(Odd(1));
        await instance.Store.QuarantineAsync(Odd(2));
        await instance.Store.QuarantineAsync(Odd(3));
        await instance.Store.QuarantineAsync(Odd(3, "adyen"));

        var found = await reader.ListQuarantinedAsync(mark, CancellationToken.None);
        found.Select(it => (it.Source, it.Count)).Should().BeEquivalentTo([("stripe", 2L), ("adyen", 1L)]);
        found.Max(it => it.Last).Should().Be(await reader.FindLastQuarantinedAsync(CancellationToken.None));
    }

    [Test]
    public async Task Alert_IsSentOnce_ByInstancesThatLookAtTheSameTime()
    {
        IgnoreOneInstance();
        await using var receiver = await ScriptedApi.StartAsync();
        var instances = await OpenAllAsync(receiver, 4);
        await LookAsync(instances);
        await FailAsync(instances[0].WithoutBacklog(), "a", 422, at: 20);

        await LookAsync(instances);
        await LookAsync(instances);

        receiver.Calls.Should().ContainSingle();
    }

    [Test]
    public async Task OpenBreakers_AreReportedByOneInstance_UntilThatOneIsClosedOrDead()
    {
        IgnoreOneInstance();
        await using var receiver = await ScriptedApi.StartAsync();
        var instances = await OpenAllAsync(receiver, 3);
        instances.ForEach(instance => instance.Get<BreakerGate>().Open(TimeSpan.FromDays(1)));

        await LookAsync(instances);

        receiver.Calls.Should().ContainSingle();
        var reporter = instances.Single(
            instance => receiver.Calls.Single().Body.Contains($"\"instance_id\":{Number(instance)}}}", StringComparison.Ordinal));
        var others = instances.Except([reporter]).ToList();

        // The others' breakers close: nothing is over yet.
        others[0].Get<BreakerGate>().Close();
        Advance(instances, TimeSpan.FromMinutes(1));
        await LookAsync(others);
        receiver.Calls.Should().ContainSingle();

        // It dies: one whose breaker is open takes the report over, and ends it.
        await EndLeasesAsync(reporter);
        await LookAsync([others[1]]);
        await LookAsync(others);
        receiver.Calls.Should().ContainSingle();
        others[1].Get<BreakerGate>().Close();
        await LookAsync(others);
        receiver.Calls.Should().HaveCount(2);
        receiver.Calls.Last().Body.Should().Contain("\"state\":\"resolved\"");
    }

    private static Task<AlertState> FindAsync(StoreFixture instance) =>
        instance.Get<AlertReader>().FindStateAsync("breaker.open", CancellationToken.None);

    private static long Number(StoreFixture instance) => instance.Get<InstanceLease>().InstanceId;

    // The answer of the external system quotes an account.
    private static async Task FailAsync(StoreFixture instance, string id, int? status, int at, string? source = null)
    {
        var reason = status is null ? "No answer within 10 s." : $"{status} No: acc_user_789 is closed";
        await instance.Store.AddAsync(Row(id, at: At(at), from: source));
        var attempt = Attempts.At(At(at), AttemptOutcome.Rejected, reason) with { HttpStatus = status };
        (await instance.Store.CompleteAsync(Completion.Failed(id, 1, attempt, reason))).Should().Be(TransitionOutcome.Applied);
    }

    private static Task LookAsync(IEnumerable<StoreFixture> instances) =>
        Task.WhenAll(instances.Select(instance => Task.Run(() => instance.Get<AlertService>().LookAsync(CancellationToken.None))));

    private static void Advance(List<StoreFixture> instances, TimeSpan time) =>
        instances.ForEach(instance => instance.Clock.Advance(time));

    private void IgnoreOneInstance()
    {
        if (Database.Url.StartsWith("sqlite", StringComparison.Ordinal))
        {
            Assert.Ignore("A SQLite file has one instance.");
        }
    }

    private async Task<List<StoreFixture>> OpenAllAsync(ScriptedApi receiver, int count)
    {
        List<StoreFixture> instances = [];
        for (var i = 0; i < count; i++)
        {
            instances.Add(await OpenAsync(
                ("Alerts:Url", receiver.Url), ("Alerts:BreakerDuration", "00:00:00"), ("Instance:LeaseDuration", "01:00:00")));
        }

        return instances;
    }
}
