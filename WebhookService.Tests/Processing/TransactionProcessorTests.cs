using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Telemetry;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

[TestFixture]
public sealed class TransactionProcessorTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ObservableTimeProvider _clock = new();
    private readonly RecordingExternalApi _api = new();
    private ServiceProvider _services = null!;
    private RecordingStore _store = null!;
    private TransactionQueue _queue = null!;
    private TransactionProcessor _processor = null!;

    [SetUp]
    public void Open() => _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [TearDown]
    public void Dispose()
    {
        _processor.Dispose();
        _queue.Dispose();
        _services.Dispose();
    }

    [Test]
    public async Task Process_CompletesAsProcessed_WhenTheCallSucceeds()
    {
        await StartAsync("txn");

        (await _api.NextAsync()).Succeed();

        (await _store.NextAsync()).Should().Be(
            new Completion("txn", TransactionStatus.Processed, ObservableTimeProvider.Origin));
    }

    [Test]
    public async Task Process_CompletesAsFailedWithTheReason_WhenTheCallIsRefused()
    {
        await StartAsync("txn");

        (await _api.NextAsync()).Fail(new ExternalCallFailedException("Account closed."));

        (await _store.NextAsync()).Should().Be(
            new Completion("txn", TransactionStatus.Failed, ObservableTimeProvider.Origin, "Account closed."));
    }

    [Test]
    public async Task Process_HidesTheFault_WhenTheCallBreaks()
    {
        await StartAsync("txn");

        (await _api.NextAsync()).Fail(new InvalidOperationException("password=secret"));

        var completion = await _store.NextAsync();
        completion.Status.Should().Be(TransactionStatus.Failed);
        completion.FailureReason.Should().NotBeNullOrWhiteSpace().And.NotContain("secret");
    }

    [Test]
    public async Task Process_KeepsTheReasonWithinItsLength_WhenTheExternalSystemIsWordy()
    {
        await StartAsync("txn");

        (await _api.NextAsync()).Fail(new ExternalCallFailedException(new string('x', 499) + "💸 and more"));

        var completion = await _store.NextAsync();
        completion.FailureReason.Should().Be(new string('x', 499), "500 at most, and no half of a character");
    }

    [Test]
    public async Task Process_AffectsNoOther_WhenOneIsPoison()
    {
        await StartAsync([.. Enumerable.Range(0, 20).Select(i => $"txn_{i}")]);
        foreach (var call in await _api.NextAsync(20))
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
            completions.Add(await _store.NextAsync());
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
            (await _api.NextAsync()).Succeed();
            await _store.NextAsync();
        }

        _api.MaxInFlight.Should().BeLessThanOrEqualTo(3);
    }

    [Test]
    public async Task Process_UsesAllOfMaxConcurrency_WithoutWaitingForCompletions()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 3 }, "a", "b", "c", "d");

        var calls = await _api.NextAsync(3);

        calls.Select(call => call.TransactionId).Should().Equal("a", "b", "c");
        _processor.InFlight.Should().Be(3);
        calls[1].Succeed();
        (await _api.NextAsync()).TransactionId.Should().Be("d", "its turn came when one place was free");
    }

    [Test]
    public async Task Process_HoldsItsPlace_UntilTheResultIsWritten()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 1 }, "a", "b");
        _store.Failures = 1;

        (await _api.NextAsync()).Succeed();
        await _clock.ArmedAsync(_ => true);

        _api.Waiting.Should().Be(0, "a store that is away stops processing, and fills no memory");
        _processor.InFlight.Should().Be(1);
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await _store.NextAsync()).TransactionId.Should().Be("a");
        (await _api.NextAsync()).TransactionId.Should().Be("b");
    }

    [Test]
    public async Task Process_FreesThePlaceOnTheQueue_WhenTheCallBegins()
    {
        await StartAsync(new ProcessingOptions { QueueCapacity = 2 }, "a", "b");
        await _api.NextAsync(2);

        _queue.TryReserve(2).Should().Be(2);
    }

    [Test]
    public async Task Process_TouchesNothing_WhenItIsDisabled()
    {
        await StartAsync(new ProcessingOptions { Enabled = false }, "txn");
        await _processor.ExecuteTask!.Soon();

        _queue.Depth.Should().Be(1);
        _api.Waiting.Should().Be(0);
        await _processor.StopAsync(CancellationToken.None).Soon();
    }

    [Test]
    public async Task Stop_WaitsForWhatEndsWithinTheGrace()
    {
        await StartAsync("good", "bad");
        var calls = await _api.NextAsync(2);

        var stopping = _processor.StopAsync(CancellationToken.None);
        await _clock.ArmedAsync(Grace);
        _clock.Advance(Grace - TimeSpan.FromTicks(1));
        stopping.IsCompleted.Should().BeFalse();
        calls[0].Succeed();
        calls[1].Fail(new ExternalCallFailedException("No."));
        await stopping.Soon();

        var completions = new[] { await _store.NextAsync(), await _store.NextAsync() };
        completions.Select(completion => (completion.TransactionId, completion.Status)).Should().BeEquivalentTo(
            [("good", TransactionStatus.Processed), ("bad", TransactionStatus.Failed)]);
        _store.Released.Should().Be(0);
    }

    [Test]
    public async Task Stop_CutsOffTheRestAndReleasesItUncounted_WhenTheGraceIsOver()
    {
        await StartAsync(new ProcessingOptions { MaxConcurrency = 2 }, "cancelled", "broken", "waiting");
        var calls = await _api.NextAsync(2);
        calls[1].CutOffError = new IOException("The connection was closed.");

        var stopping = _processor.StopAsync(CancellationToken.None);
        await _clock.ArmedAsync(Grace);
        _clock.Advance(Grace);
        await stopping.Soon();

        _store.CompletionsTried.Should().BeEmpty("a stop writes no result, FAILED least of all");
        _store.Released.Should().Be(3);
        _api.InFlight.Should().Be(0);
        _api.Waiting.Should().Be(0, "what had not begun did not begin");
    }

    [Test]
    public async Task Stop_EndsAttemptsToComplete_WhenTheStoreIsAway()
    {
        await StartAsync("txn");
        _store.Failures = int.MaxValue;
        (await _api.NextAsync()).Succeed();
        await _clock.ArmedAsync(_ => true);

        var stopping = _processor.StopAsync(CancellationToken.None);
        await _clock.ArmedAsync(Grace);
        _clock.Advance(Grace);

        await stopping.Soon();
        _store.Waiting.Should().Be(0);
    }

    [Test]
    public async Task Stop_ReleasesEveryPage()
    {
        await StartAsync();
        _store.Hold(12_345);

        await _processor.StopAsync(CancellationToken.None).Soon();

        _store.Released.Should().Be(12_345);
    }

    [Test]
    public async Task Stop_DoesNotWaitForTheGrace_WhenNothingIsInFlight()
    {
        await StartAsync();

        await _processor.StopAsync(CancellationToken.None).Soon();

        _clock.GetUtcNow().Should().Be(ObservableTimeProvider.Origin);
    }

    private Task StartAsync(params string[] ids) => StartAsync(new ProcessingOptions(), ids);

    private async Task StartAsync(ProcessingOptions settings, params string[] ids)
    {
        settings.ShutdownGrace = Grace;
        var options = Options.Create(settings);
        _store = new RecordingStore(_clock);
        _queue = new TransactionQueue(options);
        _processor = new TransactionProcessor(
            _queue,
            _api,
            new CompletionPipeline(_store, _clock),
            _store,
            ActivatorUtilities.CreateInstance<WebhookMetrics>(_services),
            options,
            _clock,
            NullLogger<TransactionProcessor>.Instance);
        _store.Hold(_queue.TryReserve(ids.Length));
        foreach (var id in ids)
        {
            _queue.Enqueue(id);
        }

        await _processor.StartAsync(CancellationToken.None);
    }
}
