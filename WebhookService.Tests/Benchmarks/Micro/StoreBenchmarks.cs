using BenchmarkDotNet.Attributes;
using WebhookService.Domain;
using WebhookService.Infrastructure;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Tests.Benchmarks.Micro;

/// <summary>Durable writes through the commit loop, with fsync, by many concurrent callers.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private const int Writes = 4_096;

    private readonly string _directory = Directory.CreateTempSubdirectory("webhook-micro-").FullName;
    private ServiceProvider _services = null!;
    private TransactionStore _store = null!;
    private int _last;

    [Params(1, 64, 512)]
    public int Callers { get; set; }

    [GlobalSetup]
    public async Task OpenAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("DATABASE_URL", $"sqlite:///{_directory}/micro-{Callers}.db"), new("Processing:QueueCapacity", "1000000"),
        ]).Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IHostApplicationLifetime, NeverEnding>()
            .AddWebhookInfrastructure()
            .BuildServiceProvider();
        await _services.GetServices<IHostedService>().OfType<DatabaseMigrator>().Single().StartingAsync(CancellationToken.None);
        _store = _services.GetRequiredService<TransactionStore>();
        _services.GetRequiredService<TransactionQueue>().TryClearBacklog();
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Adds new transactions.</summary>
    [Benchmark(OperationsPerInvoke = Writes)]
    public Task Intake() => RunAsync(async id => await _store.AddAsync(Row(id)));

    /// <summary>Adds transactions and completes them; the queue is emptied afterwards.</summary>
    [Benchmark(OperationsPerInvoke = Writes)]
    public Task IntakeAndCompletion() => RunAsync(async id =>
    {
        await _store.AddAsync(Row(id));
        await _store.CompleteAsync(Completion.Processed(id, ClaimedTransaction.FirstClaim, Attempt));
    });

    private static readonly Attempt Attempt = new(DateTimeOffset.UnixEpoch, TimeSpan.Zero, AttemptOutcome.Succeeded);

    private static Transaction Row(string id) =>
        Transaction.Receive(id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", DateTimeOffset.UnixEpoch);

    private async Task RunAsync(Func<string, Task> write)
    {
        var queue = _services.GetRequiredService<TransactionQueue>();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Writes / Callers; i++)
            {
                await write($"txn_{Interlocked.Increment(ref _last)}");
            }
        })));
        while (queue.Reader.TryRead(out _))
        {
            queue.Dequeued();
        }
    }

    private sealed class NeverEnding : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
