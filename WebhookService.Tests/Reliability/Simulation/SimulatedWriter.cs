using WebhookService.Infrastructure.Writing;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>Writes to the simulated database for one instance, and fails on demand.</summary>
internal sealed class SimulatedWriter(SimulatedDatabase database) : IBatchWriter
{
    private SimulatedFault _next;

    public long Instance { get; private set; }

    /// <summary>Sets the fault of the next batch.</summary>
    public void FailNext(SimulatedFault fault) => _next = fault;

    public void Open() => Instance = database.Register();

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        // The writer of a SQLite file tops up its batch; on a server, requests that arrive in the meantime wait.
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
        // There is nothing to close.
    }
}

/// <summary>The fate of a batch.</summary>
internal enum SimulatedFault
{
    /// <summary>It is written and acknowledged.</summary>
    None,

    /// <summary>It is rejected.</summary>
    Rejected,

    /// <summary>The server goes away before the batch is written; the outcome is unknown.</summary>
    LostBefore,

    /// <summary>The server goes away after the batch is written; the outcome is unknown.</summary>
    LostAfter,
}
