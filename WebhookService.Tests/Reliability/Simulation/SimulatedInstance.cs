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

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>One instance: the real store, commit loop, claims and queue before a simulated database.</summary>
internal sealed class SimulatedInstance : IDisposable
{
    public const int Capacity = 3;

    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().AddSingleton<WebhookMetrics>().BuildServiceProvider();

    private readonly WriteQueue _writes;
    private readonly CommitLoop _loop;
    private readonly TransactionQueue _queue;
    private readonly HeldTransactions _held = new(isTracking: true);

    public SimulatedInstance(SimulatedDatabase database, TimeProvider clock)
    {
        Writer = new SimulatedWriter(database);
        _writes = new WriteQueue(Options.Create(new IntakeOptions()), clock);
        _queue = new TransactionQueue(Options.Create(new ProcessingOptions { QueueCapacity = Capacity }));
        var metrics = Services.GetRequiredService<WebhookMetrics>();
        var claims = new BatchClaims(_queue, _held, metrics, new Throughput(clock), NullLogger<BatchClaims>.Instance);
        _loop = new CommitLoop(
            Writer, _writes, claims, metrics, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<CommitLoop>.Instance);
        Store = new TransactionStore(_writes, clock);
        _loop.Start();
    }

    public SimulatedWriter Writer { get; }

    public TransactionStore Store { get; }

    public long Number => Writer.Instance;

    /// <summary>Ids that were taken off the queue and are being worked.</summary>
    public List<string> Working { get; } = [];

    public bool Holds(string id) => _held.Contains(id);

    /// <summary>Whether some of its claims may be in nobody's memory.</summary>
    public bool HasLosses => _held.Losses > 0;

    /// <summary>Takes everything off the queue.</summary>
    public void TakeAll()
    {
        while (_queue.Reader.TryRead(out var id))
        {
            _queue.Dequeued();
            Working.Add(id);
        }
    }

    /// <summary>Claims as recovery does: as many as there is room for.</summary>
    public async Task RecoverAsync()
    {
        var places = _queue.TryReserve(Capacity);
        if (places == 0)
        {
            return;
        }

        try
        {
            var page = await Store.ClaimAsync(ClaimPosition.Start, places).Soon();
            foreach (var id in page.TransactionIds)
            {
                _queue.Enqueue(id);
            }

            _queue.CancelReservation(places - page.TransactionIds.Count);
            if (page.TransactionIds.Count < places)
            {
                _queue.TryClearBacklog();
            }
        }
        catch (StoreUnavailableException)
        {
            _queue.CancelReservation(places);
        }
    }

    /// <summary>Gives up claims that a lost batch left, as the heartbeat does.</summary>
    public async Task ReleaseStraysAsync(IEnumerable<string> claimed)
    {
        string[] strays = [.. claimed.Where(id => !_held.Contains(id))];
        if (strays.Length > 0)
        {
            _ = await _writes.Enqueue(new ReleaseStraysRequest([.. strays])).Soon();
        }
    }

    /// <summary>Ends; whoever awaits something is told that it was refused.</summary>
    public void Dispose()
    {
        _loop.Dispose();
        _writes.Dispose();
        _queue.Dispose();
    }
}
