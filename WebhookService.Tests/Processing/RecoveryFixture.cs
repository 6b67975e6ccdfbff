using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Settings;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Processing;

/// <summary>Recovery with a store and a clock that the test controls.</summary>
internal abstract class RecoveryFixture
{
    protected static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    protected ObservableTimeProvider Clock { get; } = new();

    internal RecordingStore Store { get; private set; } = null!;

    internal TransactionQueue Queue { get; private set; } = null!;

    internal TransactionRecovery Recovery { get; private set; } = null!;

    [SetUp]
    public void Open() => Store = new RecordingStore(Clock);

    [TearDown]
    public async Task StopAsync()
    {
        await Recovery.StopAsync(CancellationToken.None).Soon();
        Recovery.Dispose();
        Queue.Dispose();
    }

    // Recovery waits for the next sweep, unless a pending signal of free capacity starts another pass first.
    protected Task IdleAsync() => Clock.ArmedAsync(Sweep);

    protected async Task<List<string>> ReadAsync(int count)
    {
        List<string> ids = [];
        while (ids.Count < count)
        {
            ids.Add((await Queue.Reader.ReadAsync().Soon()).TransactionId);
            Queue.Dequeued();
        }

        return ids;
    }

    protected async Task StartAsync(int capacity = 1_000, int claimBatch = 100, bool isEnabled = true, Random? random = null)
    {
        var options = Options.Create(new ProcessingOptions
        {
            QueueCapacity = capacity,
            ClaimBatch = claimBatch,
            SweepInterval = Sweep,
            Enabled = isEnabled,
        });
        Queue = new TransactionQueue(options);
        Recovery = new TransactionRecovery(
            Queue, Store, options, new Jitter(random ?? new FixedRandom()), Clock, NullLogger<TransactionRecovery>.Instance);
        await Recovery.StartAsync(CancellationToken.None);
    }
}
