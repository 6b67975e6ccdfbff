using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Instances;

/// <summary>
/// The claims that this process holds, queued or in their call, and whether they can still be its own.
/// </summary>
/// <remarks>
/// Claims are kept only where a batch can be lost: a server can go away with one and leave open whether it was written,
/// so that a claim may stand in the database that is in nobody's memory, an orphan. Of each row the latest claim
/// counts: what an earlier one leaves behind must not end it.
/// </remarks>
internal sealed class ClaimedSet(
    InstanceLease lease, WebhookMetrics metrics, Throughput throughput, bool isTracking)
{
    private readonly Dictionary<string, int> _claims = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _orphanings;

    /// <summary>How often claims may have been orphaned.</summary>
    public int Orphanings => Volatile.Read(ref _orphanings);

    /// <summary>How often the lease was lost. A claim from before the latest loss may be another's now.</summary>
    public int Losses => lease.Losses;

    /// <summary>Whether nobody can have taken over what was claimed when so many losses had been counted.</summary>
    public bool AreCurrent(int losses) => lease.IsHeld && lease.Losses == losses;

    /// <summary>Waits until this instance holds its lease.</summary>
    public Task WaitForLeaseAsync(CancellationToken cancellationToken) => lease.WaitUntilHeldAsync(cancellationToken);

    /// <summary>Adds a row that was claimed as it was added.</summary>
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

    /// <summary>Ends a claim with its result, which is durable.</summary>
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
    /// Removes claims without a result: those that their rows still have are orphans, released and claimed anew.
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

    /// <summary>Whether this process works on a claim.</summary>
    public bool Contains(OrphanedClaim claim)
    {
        lock (_gate)
        {
            return _claims.TryGetValue(claim.TransactionId, out var latest) && latest == claim.Claim;
        }
    }

    /// <summary>Notes that claims may be in nobody's memory.</summary>
    public void NoteOrphans() => Interlocked.Increment(ref _orphanings);
}

/// <summary>A claim of this instance that is in nobody's memory.</summary>
/// <param name="TransactionId">The row.</param>
/// <param name="Claim">Its number, as <see cref="ClaimedTransaction.Claim"/>.</param>
internal readonly record struct OrphanedClaim(string TransactionId, int Claim);
