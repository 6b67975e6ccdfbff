using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Processing;

/// <summary>A processor with a store and an external API that the test controls.</summary>
internal abstract class ProcessorFixture
{
    protected static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private ServiceProvider _services = null!;

    internal ObservableTimeProvider Clock { get; } = new();

    internal RecordingExternalApi Api { get; } = new();

    internal RecordingStore Store { get; private set; } = null!;

    internal TransactionQueue Queue { get; private set; } = null!;

    internal Throughput Throughput { get; private set; } = null!;

    internal DueTimes DueTimes { get; private set; } = null!;

    internal ClaimedSet Held { get; private set; } = null!;

    internal ProcessingSlots Slots { get; private set; } = null!;

    internal InstanceLease Lease { get; private set; } = null!;

    internal TransactionProcessor Processor { get; private set; } = null!;

    [SetUp]
    public void Open() => _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [TearDown]
    public void Dispose()
    {
        Processor.Dispose();
        Slots.Dispose();
        DueTimes.Dispose();
        Queue.Dispose();
        _services.Dispose();
    }

    internal Task StartAsync(params string[] ids) => StartAsync(new ProcessingOptions(), ids);

    internal async Task StartAsync(ProcessingOptions settings, params string[] ids)
    {
        settings.ShutdownGrace = Grace;
        var options = Options.Create(settings);
        Store = new RecordingStore(Clock);
        Queue = new TransactionQueue(options);
        Throughput = new Throughput(Clock);
        DueTimes = new DueTimes(Queue, Clock);
        var metrics = ActivatorUtilities.CreateInstance<WebhookMetrics>(_services);
        Lease = new InstanceLease(Options.Create(new InstanceOptions()), Clock);
        Held = new ClaimedSet(Lease, metrics, Throughput, isTracking: true);
        var pause = new PauseGate();
        pause.Apply(PauseState.Running);
        Slots = new ProcessingSlots(options, Throughput, pause, Clock);
        Processor = new TransactionProcessor(
            Queue,
            Api,
            new RetrySchedule(Options.Create(new ExternalApiOptions()), metrics, Clock),
            Held,
            new ClaimWriter(Store, DueTimes, Clock, NullLogger<ClaimWriter>.Instance),
            Slots,
            NullLogger<TransactionProcessor>.Instance);
        Store.Hold(Queue.TryReserve(ids.Length));
        foreach (var id in ids)
        {
            Queue.Enqueue(Claims.Of(id));
        }

        await Processor.StartAsync(CancellationToken.None);
    }
}
