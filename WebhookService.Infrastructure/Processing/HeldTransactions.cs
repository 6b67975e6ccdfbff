using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// The claims this process has in its memory, queued or in their call, so that claims it does not know of, orphans, can
/// be found.
/// </summary>
/// <remarks>
/// Only a server can go away with a batch and leave open whether it was written; where that cannot be, nothing is kept.
/// Of each row it is the latest claim that counts: what an earlier one leaves behind must not end it.
/// </remarks>
internal sealed class HeldTransactions(bool isTracking)
{
    private readonly Dictionary<string, int> _claims = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _orphanings;

    /// <summary>How often claims may have been orphaned: they may stand in the database and not here.</summary>
    public int Orphanings => Volatile.Read(ref _orphanings);

    public void Add(string transactionId, int claim)
    {
        if (isTracking)
        {
            lock (_gate)
            {
                _claims[transactionId] = claim;
            }
        }
    }

    /// <summary>Ends a claim, unless the row has been claimed anew.</summary>
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
