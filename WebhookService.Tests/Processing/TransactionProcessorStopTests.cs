using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

/// <summary>How processing stops: which calls may finish, which are cut off, and that no claim remains.</summary>
[TestFixture]
internal sealed class TransactionProcessorStopTests : ProcessorFixture
{
    [Test]
    public async Task Stop_WaitsForWhatEndsWithinTheGrace()
    {
        await StartAsync("good", "bad");
        var calls = await Api.NextAsync(2);

        var stopping = Processor.StopAsync(CancellationToken.None);
        await Clock.ArmedAsync(Grace);
        Clock.Advance(Grace - TimeSpan.FromTicks(1));
        stopping.IsCompleted.Should().BeFalse();
        calls[0].Succeed();
        calls[1].Reject("No.");
        await stopping.Soon();

        var completions = new[] { await Store.NextAsync(), await Store.NextAsync() };
        completions.Select(completion => (completion.TransactionId, completion.Status)).Should().BeEquivalentTo(
            [("good", TransactionStatus.Processed), ("bad", TransactionStatus.Failed)]);
        Store.Released.Should().Be(0);
    }

    [Test]
    public async Task Stop_CutsOffTheRestAndReleasesItUncounted_WhenTheGraceIsOver()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 2 }, "cancelled", "broken", "waiting");
        var calls = await Api.NextAsync(2);
        calls[1].CutOffError = new IOException("The connection was closed.");

        var stopping = Processor.StopAsync(CancellationToken.None);
        await Clock.ArmedAsync(Grace);
        Clock.Advance(Grace);
        await stopping.Soon();

        Store.CompletionsTried.Should().BeEmpty("a stop writes no result, in particular not FAILED");
        Store.Released.Should().Be(3);
        Api.InFlight.Should().Be(0);
        Api.Waiting.Should().Be(0, "a stop begins no call");
    }

    [Test]
    public async Task Stop_EndsAttemptsToComplete_WhenTheStoreIsAway()
    {
        await StartAsync("txn");
        Store.Failures = int.MaxValue;
        (await Api.NextAsync()).Succeed();
        await Clock.ArmedAsync(_ => true);

        var stopping = Processor.StopAsync(CancellationToken.None);
        await Clock.ArmedAsync(Grace);
        Clock.Advance(Grace);

        await stopping.Soon();
        Store.Waiting.Should().Be(0);
    }

    [Test]
    public async Task Stop_ReleasesEveryPage()
    {
        await StartAsync();
        Store.Hold(12_345);

        await Processor.StopAsync(CancellationToken.None).Soon();

        Store.Released.Should().Be(12_345);
    }

    [Test]
    public async Task Stop_DoesNotWaitForTheGrace_WhenNothingIsInFlight()
    {
        await StartAsync();

        await Processor.StopAsync(CancellationToken.None).Soon();

        Clock.GetUtcNow().Should().Be(ObservableTimeProvider.Origin);
    }
}
