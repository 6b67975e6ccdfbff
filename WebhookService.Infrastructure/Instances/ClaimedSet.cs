using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Instances;

/// <summary>The claims of this process, queued or in flight, and whether they can still be its own.</summary>
/// <remarks>
/// Claims are tracked only where a batch can be lost: a server can disconnect during a commit and leave its outcome
/// unknown, so that the database may hold an orphaned claim, one that no process has in memory. Only a row's latest
/// claim counts: what remains of an earlier one must not end it.
/// </remarks>
internal sealed class ClaimedSet(
    InstanceLease lease, WebhookMetrics metrics, Throughput throughput, bool isTracking)
{
    private readonly Dictionary<string, int> _claims = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _orphanings;

    /// <summary>Number of times that claims may have been orphaned.</summary>
    public int Orphanings => Volatile.Read(ref _orphanings);

    /// <summary>
    /// Number of times the lease was lost. A claim from before the latest loss may now belong to another instance.
    /// </summary>
    public int Losses => lease.Losses;

    /// <summary>Whether no other instance can have taken over what was claimed at this number of losses.</summary>
    public bool AreCurrent(int losses) => lease.IsHeld && lease.Losses == losses;

    /// <summary>Waits until this instance holds its lease.</summary>
    public Task WaitForLeaseAsync(CancellationToken cancellationToken) => lease.WaitUntilHeldAsync(cancellationToken);

    /// <summary>Adds a row that was claimed at its insert.</summary>
    public void Add(ClaimedTransaction claimed)
    {
        if (isTracking)
        {
            lock (_gate)
            {
                _claims[claimed.TransactionId] = claimed.Claim;
            }
        }
    }

    /// <summary>Adds a page of rows that recovery claimed.</summary>
    public void Add(IReadOnlyList<ClaimedTransaction> page)
    {
        metrics.Claimed(page);
        foreach (var claimed in page)
        {
            Add(claimed);
        }
    }

    /// <summary>Ends a claim whose result is durable.</summary>
    public void Complete(Completion completion, TransitionOutcome outcome)
    {
        Remove(completion.TransactionId, completion.Claim);
        metrics.Completed(completion.Status, outcome);
        if (outcome != TransitionOutcome.Superseded && completion.Status != TransactionStatus.Processing)
        {
            throughput.Processed.Mark(1);
        }
    }

    /// <summary>
    /// Removes claims without a result. Those still in the database are now orphaned: they are released and claimed
    /// anew.
    /// </summary>
    public void Abandon(params IReadOnlyList<ClaimedTransaction> abandoned)
    {
        foreach (var claimed in abandoned)
        {
            Remove(claimed.TransactionId, claimed.Claim);
        }

        NoteOrphans();
    }

    /// <summary>Removes a claim, unless the row has been claimed anew.</summary>
    public void Remove(string transactionId, int claim)
    {
        if (isTracking)
        {
            lock (_gate)
            {
                if (_claims.TryGetValue(transactionId, out var latest) && latest == claim)
                {
                    _claims.Remove(transactionId);
                }
            }
        }
    }

    /// <summary>Whether the set contains a claim.</summary>
    public bool Contains(OrphanedClaim claim)
    {
        lock (_gate)
        {
            return _claims.TryGetValue(claim.TransactionId, out var latest) && latest == claim.Claim;
        }
    }

    /// <summary>Notes that claims may have been orphaned.</summary>
    public void NoteOrphans() => Interlocked.Increment(ref _orphanings);
}

/// <summary>A claim of this instance that is in the database, but not in its memory.</summary>
/// <param name="TransactionId">The row.</param>
/// <param name="Claim">Its number, as <see cref="ClaimedTransaction.Claim"/>.</param>
internal readonly record struct OrphanedClaim(string TransactionId, int Claim);
