using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Telemetry;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Persistence.Commit;

/// <summary>Group commit on a scripted database.</summary>
internal sealed class CommitFixture : IDisposable
{
    public const int Capacity = 4;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CommitLoop _loop;

    public CommitFixture(int maxBatch = 512)
    {
        Writes = new WriteQueue(Options.Create(new IntakeOptions { MaxBatch = maxBatch }), Clock);
        Queue = new TransactionQueue(Options.Create(new ProcessingOptions { QueueCapacity = Capacity }));
        Queue.TryClearBacklog();
        Store = new TransactionStore(Writes, Clock);
        var metrics = ActivatorUtilities.CreateInstance<WebhookMetrics>(_services);
        var claims = new BatchClaims(Queue, Held, metrics, new Throughput(Clock), NullLogger<BatchClaims>.Instance);
        _loop = new CommitLoop(Writer, Writes, claims, metrics, Lifetime, NullLogger<CommitLoop>.Instance);
    }

    public static TimeSpan Deadline { get; } = new IntakeOptions().Deadline;

    public ObservableTimeProvider Clock { get; } = new();

    public ScriptedBatchWriter Writer { get; } = new();

    public ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

    public WriteQueue Writes { get; }

    public TransactionQueue Queue { get; }

    public HeldTransactions Held { get; } = new(isTracking: true);

    public TransactionStore Store { get; }

    public CommitFixture Start()
    {
        _loop.Start();
        return this;
    }

    public void Stop() => _loop.Stop();

    public void RefuseAll() => _loop.RefuseAll("It was never opened.");

    public Task<AddOutcome> AddAsync(string id) => Store.AddAsync(Transaction.Receive(
        id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", ObservableTimeProvider.Origin)).AsTask();

    /// <summary>The ids on the queue, taken off it.</summary>
    public List<string> Drain()
    {
        List<string> ids = [];
        while (Queue.Reader.TryRead(out var id))
        {
            ids.Add(id);
            Queue.Dequeued();
        }

        return ids;
    }

    /// <summary>Places on the queue that are neither taken nor reserved.</summary>
    public int FreePlaces()
    {
        var free = Queue.TryReserve(Capacity);
        Queue.CancelReservation(free);
        return free;
    }

    public void Dispose()
    {
        Writer.LetGo();
        _loop.Dispose();
        Writes.Dispose();
        Queue.Dispose();
        _services.Dispose();
    }
}
