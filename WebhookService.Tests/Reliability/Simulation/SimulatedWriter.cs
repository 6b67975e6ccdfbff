using WebhookService.Infrastructure.Writing;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>Writes to the simulated database for one instance, and fails as the test says.</summary>
internal sealed class SimulatedWriter(SimulatedDatabase database) : IBatchWriter
{
    private SimulatedFault _next;

    public long Instance { get; private set; }

    /// <summary>What becomes of the next batch.</summary>
    public void FailNext(SimulatedFault fault) => _next = fault;

    public void Open() => Instance = database.Register();

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        // A SQLite file is written like this, a server's database without: what arrives meanwhile waits there.
        while (topUp(batch))
        {
        }

        var fault = _next;
        _next = SimulatedFault.None;
        if (fault is SimulatedFault.None or SimulatedFault.LostAfter)
        {
            database.Write(batch, Instance);
        }

        if (fault != SimulatedFault.None)
        {
            throw new CommitFailedException(
                fault == SimulatedFault.Rejected ? CommitFault.Rejected : CommitFault.Unknown, $"It is {fault}.");
        }
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}

/// <summary>What may become of a batch.</summary>
internal enum SimulatedFault
{
    /// <summary>It is written and acknowledged.</summary>
    None,

    /// <summary>It is refused.</summary>
    Rejected,

    /// <summary>The server goes away before it is written, and nobody knows.</summary>
    LostBefore,

    /// <summary>The server goes away when it is written, and nobody knows.</summary>
    LostAfter,
}
