using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Tests.Writing;

/// <summary>The real store, commit loop, claims and queue of one instance, on the test's writer.</summary>
internal sealed class StoreOnWriter : IDisposable
{
    // Shared, since a simulation creates thousands of instances.
    public static readonly WebhookMetrics Metrics =
        new ServiceCollection().AddMetrics().AddSingleton<WebhookMetrics>().BuildServiceProvider().GetRequiredService<WebhookMetrics>();

    private readonly CommitLoop _loop;

    public StoreOnWriter(
        IBatchWriter writer, TimeProvider clock, int capacity, int maxBatch = 512, ILogger<CommitLoop>? logger = null)
    {
        Writes = new WriteQueue(Options.Create(new IntakeOptions { MaxBatch = maxBatch }), AnswerThreads.Pool, clock);
        Queue = new TransactionQueue(Options.Create(new ProcessingOptions { QueueCapacity = capacity }));
        var throughput = new Throughput(clock);
        var lease = new InstanceLease(Options.Create(new InstanceOptions()), clock);
        Held = new ClaimedSet(lease, Metrics, throughput, isTracking: true);
        var claims = new BatchClaims(
            Queue, Held, Metrics, throughput, new ConflictLog(clock, NullLogger<ConflictLog>.Instance));
        _loop = new CommitLoop(writer, Writes, claims, Metrics, Lifetime, clock, logger ?? NullLogger<CommitLoop>.Instance);
        Store = new TransactionStore(Writes, clock);
    }

    public ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

    public WriteQueue Writes { get; }

    public TransactionQueue Queue { get; }

    public ClaimedSet Held { get; }

    public TransactionStore Store { get; }

    public void Start() => _loop.Start();

    public void Stop() => _loop.Stop();

    public void RejectAll(string reason) => _loop.RejectAll(reason);

    public void Dispose()
    {
        _loop.Dispose();
        Writes.Dispose();
        Queue.Dispose();
    }
}
