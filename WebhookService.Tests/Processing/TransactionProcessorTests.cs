using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

[TestFixture]
internal sealed class TransactionProcessorTests : ProcessorFixture
{
    [Test]
    public async Task Process_CompletesAsProcessed_WhenTheCallSucceeds()
    {
        await StartAsync("txn");

        (await Api.NextAsync()).Succeed();

        (await Store.NextAsync()).Should().Be(
            Attempts.Finish("txn", TransactionStatus.Processed, ObservableTimeProvider.Origin));
    }

    [Test]
    public async Task Process_CompletesAsFailedWithTheReason_WhenTheCallIsRefused()
    {
        await StartAsync("txn");

        (await Api.NextAsync()).Reject("Account closed.");

        (await Store.NextAsync()).Should().Be(
            Attempts.Finish("txn", TransactionStatus.Failed, ObservableTimeProvider.Origin, "Account closed."));
    }

    [Test]
    public async Task Process_HidesTheFault_WhenTheCallBreaks()
    {
        await StartAsync("txn");

        (await Api.NextAsync()).Fail(new InvalidOperationException("password=secret"));

        var completion = await Store.NextAsync();
        completion.Status.Should().Be(TransactionStatus.Failed);
        completion.FailureReason.Should().NotBeNullOrWhiteSpace().And.NotContain("secret");
    }

    [Test]
    public async Task Process_TruncatesTheReason_WhenItIsTooLong()
    {
        await StartAsync("txn");

        (await Api.NextAsync()).Reject(new string('x', 499) + "💸 and more");

        var completion = await Store.NextAsync();
        completion.FailureReason.Should().Be(new string('x', 499), "the limit is 500 characters and splits none of them");
    }

    [Test]
    public async Task Process_CallsForNoQueuedRow_WhenTheLeaseHadExpired()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 1 }, "called", "stale_1", "stale_2");
        Lease.Begin(7, Clock.GetTimestamp());
        var first = await Api.NextAsync();
        Clock.Advance(new InstanceOptions().LeaseDuration);

        first.Succeed();
        (await Store.NextAsync()).TransactionId.Should().Be("called", "the fencing token decides whether it still has the claim");
        await Patience.UntilAsync(() => Queue.Depth == 1);
        Lease.Renew(Clock.GetTimestamp());
        await Patience.UntilAsync(() => Held.Orphanings == 1);
        Queue.TryReserve(1);
        Queue.Enqueue(Claims.Of("fresh"));

        (await Api.NextAsync()).TransactionId.Should().Be("fresh");
        Queue.HasBacklog.Should().BeTrue("the dropped rows must be claimed again");
    }

    // As after a pause of the whole process: the heartbeat may resume first.
    [Test]
    public async Task Process_CallsForNothingThatWaited_WhenTheLeaseHadRunOutAndIsHeldAgain()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 1 }, "called", "stale_1", "stale_2");
        Lease.Begin(7, Clock.GetTimestamp());
        var first = await Api.NextAsync();
        Clock.Advance(new InstanceOptions().LeaseDuration);
        Lease.Renew(Clock.GetTimestamp());

        first.Succeed();
        await Patience.UntilAsync(() => Held.Orphanings == 1);
        Queue.TryReserve(1);
        Queue.Enqueue(Claims.Of("fresh"));

        (await Api.NextAsync()).TransactionId.Should().Be("fresh");
    }

    // The row is still claimed: only a search for orphaned claims finds it, releases it and lets it be claimed again.
    [Test]
    public async Task Process_LetsGoOfTheClaim_WhenTheCallWasNotBegun()
    {
        await StartAsync("txn");
        Held.Add(Claims.Of("txn"));

        (await Api.NextAsync()).End(null);

        await Patience.UntilAsync(() => Throughput.InFlight == 0);
        Held.Contains(new("txn", 1)).Should().BeFalse();
        Held.Orphanings.Should().Be(1, "a search for orphaned claims is needed");
    }

    [Test]
    public async Task Process_WakesRecovery_WhenTheNextAttemptIsDue()
    {
        await StartAsync("txn");
        (await Api.NextAsync()).End(Attempts.Result(AttemptOutcome.Faulted, "503"));
        var next = (await Store.NextAsync()).NextAttemptAt!.Value;
        await Patience.UntilAsync(() => Throughput.InFlight == 0);
        Queue.TryClearBacklog();
        await Queue.WaitForRoomAsync(CancellationToken.None).Soon();

        Clock.Advance(next - Clock.GetUtcNow() + TimeSpan.FromSeconds(1));

        Queue.WaitForRoomAsync(CancellationToken.None).IsCompletedSuccessfully.Should().BeTrue();
    }

    [Test]
    public async Task Process_AffectsNoOther_WhenOneIsPoison()
    {
        await StartAsync([.. Enumerable.Range(0, 20).Select(i => $"txn_{i}")]);
        foreach (var call in await Api.NextAsync(20))
        {
            if (call.TransactionId == "txn_7")
            {
                call.Fail(new InvalidOperationException("Poison."));
            }
            else
            {
                call.Succeed();
            }
        }

        var completions = new List<Completion>();
        for (var i = 0; i < 20; i++)
        {
            completions.Add(await Store.NextAsync());
        }

        completions.Should().OnlyHaveUniqueItems(completion => completion.TransactionId);
        completions.Where(completion => completion.Status == TransactionStatus.Failed)
            .Should().ContainSingle().Which.TransactionId.Should().Be("txn_7");
    }

    [Test]
    public async Task Process_CallsNoMoreThanMaxConcurrencyAtOnce()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 3 }, [.. Enumerable.Range(0, 60).Select(i => $"txn_{i}")]);

        for (var i = 0; i < 60; i++)
        {
            (await Api.NextAsync()).Succeed();
            await Store.NextAsync();
        }

        Api.MaxInFlight.Should().BeLessThanOrEqualTo(3);
    }

    [Test]
    public async Task Process_UsesAllOfMaxConcurrency_WithoutWaitingForCompletions()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 3 }, "a", "b", "c", "d");

        var calls = await Api.NextAsync(3);

        calls.Select(call => call.TransactionId).Should().Equal("a", "b", "c");
        Throughput.InFlight.Should().Be(3);
        calls[1].Succeed();
        (await Api.NextAsync()).TransactionId.Should().Be("d", "it begins as soon as a slot is free");
    }

    [Test]
    public async Task Process_KeepsItsSlot_UntilTheResultIsWritten()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 1 }, "a", "b");
        Store.Failures = 1;

        (await Api.NextAsync()).Succeed();
        await Clock.ArmedAsync(_ => true);

        Api.Waiting.Should().Be(0, "an unavailable store stops processing, so memory use stays bounded");
        Throughput.InFlight.Should().Be(1);
        Clock.Advance(TimeSpan.FromSeconds(5));
        (await Store.NextAsync()).TransactionId.Should().Be("a");
        (await Api.NextAsync()).TransactionId.Should().Be("b");
    }

    [Test]
    public async Task Process_FreesTheQueueCapacity_WhenTheCallBegins()
    {
        await StartAsync(new ProcessingOptions { QueueCapacity = 2 }, "a", "b");
        await Api.NextAsync(2);

        Queue.TryReserve(2).Should().Be(2);
    }

    [Test]
    public async Task Process_TouchesNothing_WhenItIsDisabled()
    {
        await StartAsync(new ProcessingOptions { Enabled = false }, "txn");
        await Processor.ExecuteTask!.Soon();

        Queue.Depth.Should().Be(1);
        Api.Waiting.Should().Be(0);
        await Processor.StopAsync(CancellationToken.None).Soon();
    }
}
