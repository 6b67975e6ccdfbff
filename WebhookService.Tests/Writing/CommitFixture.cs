using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing;

/// <summary>Group commit on a scripted database.</summary>
internal sealed class CommitFixture : IDisposable
{
    public const int Capacity = 4;

    private readonly StoreOnWriter _instance;
    private readonly LoggerFactory _loggers;

    public CommitFixture(int maxBatch = 512)
    {
        _loggers = new LoggerFactory([Logs]);
        _instance = new StoreOnWriter(Writer, Clock, Capacity, maxBatch, _loggers.CreateLogger<CommitLoop>());
        Queue.TryClearBacklog();
    }

    public static TimeSpan Deadline { get; } = new IntakeOptions().Deadline;

    public ObservableTimeProvider Clock { get; } = new();

    public ScriptedBatchWriter Writer { get; } = new();

    public LogCollector Logs { get; } = new();

    public ApplicationLifetime Lifetime => _instance.Lifetime;

    public WriteQueue Writes => _instance.Writes;

    public TransactionQueue Queue => _instance.Queue;

    public ClaimedSet Held => _instance.Held;

    public TransactionStore Store => _instance.Store;

    public CommitFixture Start()
    {
        _instance.Start();
        return this;
    }

    public void Stop() => _instance.Stop();

    public void RejectAll() => _instance.RejectAll("It was never opened.");

    public Task<AddOutcome> AddAsync(string id) => Store.AddAsync(Transaction.Receive(
        id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", ObservableTimeProvider.Origin)).AsTask();

    /// <summary>Dequeues everything and returns the ids.</summary>
    public List<string> Drain()
    {
        List<string> ids = [];
        while (Queue.Reader.TryRead(out var claimed))
        {
            ids.Add(claimed.TransactionId);
            Queue.Dequeued();
        }

        return ids;
    }

    /// <summary>The capacity of the queue that is neither used nor reserved.</summary>
    public int FreeCapacity()
    {
        var free = Queue.TryReserve(Capacity);
        Queue.CancelReservation(free);
        return free;
    }

    public void Dispose()
    {
        Writer.LetGo();
        _instance.Dispose();
        _loggers.Dispose();
    }
}
