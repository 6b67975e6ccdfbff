using System.Collections.Concurrent;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>
/// The senders that wait for a transaction's outcome in the database, and the signal that there are rows to forward.
/// </summary>
/// <remarks>
/// A waiter is entered before its row is committed, so that the forwarder is never faster. Each leaves at its deadline,
/// so there are no more than <c>Intake:MaxPending</c> and those in flight.
/// </remarks>
internal sealed class InboxWaiters : IBatchEffects, IDisposable
{
    private readonly ConcurrentDictionary<long, InboxAdd> _waiters = new();
    private readonly SemaphoreSlim _arrived = new(0, 1);
    private int _isSignalled;

    public void Enter(InboxAdd add) => _waiters[add.Sequence] = add;

    public void Leave(InboxAdd add) => _waiters.TryRemove(add.Sequence, out _);

    /// <summary>Completes the waiter of a row with its outcome.</summary>
    public void Answer(long sequence, AddOutcome outcome)
    {
        if (_waiters.TryRemove(sequence, out var add))
        {
            add.Forward(outcome);
        }
    }

    /// <summary>Completes all waiters, since the database does not answer: their transactions are accepted.</summary>
    public void Release()
    {
        foreach (var sequence in _waiters.Keys)
        {
            Answer(sequence, AddOutcome.Added);
        }
    }

    /// <summary>Waits until a row has been added to the inbox since the last wait.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _isSignalled, 0);
    }

    public void Prepare(WriteBatch batch, int firstAdd)
    {
        // Nothing is claimed in the inbox.
    }

    public void Cancel(WriteBatch batch, CommitFault fault)
    {
        // The senders get an error, and leave.
    }

    public void Apply(WriteBatch batch)
    {
        var hasArrived = batch.Adds.Count > 0
            || batch.Others.Exists(static request => request is QuarantineEventRequest);
        if (hasArrived && Interlocked.Exchange(ref _isSignalled, 1) == 0)
        {
            _arrived.Release();
        }
    }

    public void Dispose() => _arrived.Dispose();
}
