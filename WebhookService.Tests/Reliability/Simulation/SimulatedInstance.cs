using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>One instance: the real store, commit loop, claims and queue in front of a simulated database.</summary>
internal sealed class SimulatedInstance : IDisposable
{
    public const int Capacity = 3;

    private readonly StoreOnWriter _instance;
    private List<OrphanedClaim> _orphans = [];

    public SimulatedInstance(SimulatedDatabase database, TimeProvider clock)
    {
        Writer = new SimulatedWriter(database);
        _instance = new StoreOnWriter(Writer, clock, Capacity);
        _instance.Start();
    }

    public SimulatedWriter Writer { get; }

    public TransactionStore Store => _instance.Store;

    public long Number => Writer.Instance;

    /// <summary>The dequeued rows: calls in flight, and results that are not written yet.</summary>
    public List<SimulatedWork> Working { get; } = [];

    public bool Holds(SimulatedRow row) => _instance.Held.Contains(new(row.Id, row.Claim));

    /// <summary>Whether some of its claims may be orphaned.</summary>
    public bool MayHaveOrphans => _instance.Held.Orphanings > 0;

    /// <summary>Dequeues everything.</summary>
    public void TakeAll()
    {
        while (_instance.Queue.Reader.TryRead(out var claimed))
        {
            _instance.Queue.Dequeued();
            Working.Add(new SimulatedWork(claimed));
        }
    }

    /// <summary>Claims as recovery does, up to the free capacity: due rows first, then unclaimed ones.</summary>
    public async Task RecoverAsync()
    {
        await ClaimAsync(async reserved => await Store.ClaimDueAsync(DateTimeOffset.MaxValue, reserved).Soon());
        await ClaimAsync(async reserved =>
        {
            var rows = (await Store.ClaimAsync(ClaimPosition.Start, reserved).Soon()).Rows;
            _ = rows.Count < reserved && _instance.Queue.TryClearBacklog();
            return rows;
        });
    }

    /// <summary>Searches these claims in the database for orphaned ones, as the heartbeat does.</summary>
    public void FindOrphans(IEnumerable<OrphanedClaim> claims) =>
        _orphans = [.. claims.Where(claim => !_instance.Held.Contains(claim))];

    /// <summary>Releases the orphaned claims that were found earlier.</summary>
    public async Task ReleaseOrphansAsync()
    {
        if (_orphans.Count > 0)
        {
            try
            {
                _ = await _instance.Writes.Enqueue(new ReleaseOrphansRequest(_orphans)).Soon();
            }
            catch (StoreUnavailableException)
            {
                // The next heartbeat searches again.
            }

            _orphans = [];
        }
    }

    private async Task ClaimAsync(Func<int, Task<IReadOnlyList<ClaimedTransaction>>> claim)
    {
        var reserved = _instance.Queue.TryReserve(Capacity);
        if (reserved == 0)
        {
            return;
        }

        try
        {
            var rows = await claim(reserved);
            rows.ToList().ForEach(_instance.Queue.Enqueue);
            _instance.Queue.CancelReservation(reserved - rows.Count);
        }
        catch (StoreUnavailableException)
        {
            _instance.Queue.CancelReservation(reserved);
        }
    }

    /// <summary>Ends the instance and rejects the requests that are still awaited.</summary>
    public void Dispose() => _instance.Dispose();
}

/// <summary>One claimed row in the memory of an instance.</summary>
internal sealed class SimulatedWork(ClaimedTransaction claimed)
{
    public ClaimedTransaction Claimed { get; } = claimed;

    /// <summary>The result of the call; null while it is in flight. It is sent until the store answers.</summary>
    public Completion? Result { get; set; }
}
