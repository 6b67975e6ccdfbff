using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Tests.Persistence.Commit;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>One instance: the real store, commit loop, claims and queue before a simulated database.</summary>
internal sealed class SimulatedInstance : IDisposable
{
    public const int Capacity = 3;

    private readonly StoreOnWriter _instance;

    public SimulatedInstance(SimulatedDatabase database, TimeProvider clock)
    {
        Writer = new SimulatedWriter(database);
        _instance = new StoreOnWriter(Writer, clock, Capacity);
        _instance.Start();
    }

    public SimulatedWriter Writer { get; }

    public TransactionStore Store => _instance.Store;

    public long Number => Writer.Instance;

    /// <summary>Ids that were taken off the queue and are being worked.</summary>
    public List<string> Working { get; } = [];

    public bool Holds(string id) => _instance.Held.Contains(id);

    /// <summary>Whether some of its claims may be in nobody's memory.</summary>
    public bool HasLosses => _instance.Held.Losses > 0;

    /// <summary>Takes everything off the queue.</summary>
    public void TakeAll()
    {
        while (_instance.Queue.Reader.TryRead(out var claimed))
        {
            _instance.Queue.Dequeued();
            Working.Add(claimed.TransactionId);
        }
    }

    /// <summary>Claims as recovery does: as many as there is room for.</summary>
    public async Task RecoverAsync()
    {
        var places = _instance.Queue.TryReserve(Capacity);
        if (places == 0)
        {
            return;
        }

        try
        {
            var page = await Store.ClaimAsync(ClaimPosition.Start, places).Soon();
            foreach (var claimed in page.Rows)
            {
                _instance.Queue.Enqueue(claimed);
            }

            _instance.Queue.CancelReservation(places - page.Rows.Count);
            if (page.Rows.Count < places)
            {
                _instance.Queue.TryClearBacklog();
            }
        }
        catch (StoreUnavailableException)
        {
            _instance.Queue.CancelReservation(places);
        }
    }

    /// <summary>Gives up claims that a lost batch left, as the heartbeat does.</summary>
    public async Task ReleaseStraysAsync(IEnumerable<string> claimed)
    {
        string[] strays = [.. claimed.Where(id => !_instance.Held.Contains(id))];
        if (strays.Length > 0)
        {
            _ = await _instance.Writes.Enqueue(new ReleaseStraysRequest([.. strays])).Soon();
        }
    }

    /// <summary>Ends; whoever awaits something is told that it was refused.</summary>
    public void Dispose() => _instance.Dispose();
}
