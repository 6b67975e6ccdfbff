using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Tests.Benchmarks.Micro;

/// <summary>The bounded queue: reserve capacity, enqueue an id, dequeue it and free the capacity.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks : IDisposable
{
    private const int Ids = 10_000;

    private static readonly ClaimedTransaction Claimed = new(
        Transaction.Receive(
            "txn_abc123def456", "acc_user_789", "acc_merchant_456", 150.50m, "INR", DateTimeOffset.UnixEpoch),
        ClaimedTransaction.FirstClaim);

    private TransactionQueue _queue = null!;

    [GlobalSetup]
    public void Make()
    {
        _queue = new TransactionQueue(Options.Create(new ProcessingOptions()));
        _queue.TryClearBacklog();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _queue.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Ids)]
    public int Through()
    {
        var taken = 0;
        for (var i = 0; i < Ids; i++)
        {
            if (_queue.TryReserve())
            {
                _queue.Enqueue(Claimed);
            }
        }

        while (_queue.Reader.TryRead(out _))
        {
            _queue.Dequeued();
            taken++;
        }

        return taken;
    }
}
