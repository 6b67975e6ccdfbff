namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// The ids this process has in its memory, queued or in their call, so that claims it does not know of can be found.
/// </summary>
/// <remarks>
/// Only a server can go away with a batch and leave open whether it was written; where that cannot be, nothing is kept.
/// </remarks>
internal sealed class HeldTransactions(bool isTracking)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _losses;

    /// <summary>How often a batch was lost, so that its claims may stand in the database and not here.</summary>
    public int Losses => Volatile.Read(ref _losses);

    public void Add(string transactionId)
    {
        if (isTracking)
        {
            lock (_gate)
            {
                _ids.Add(transactionId);
            }
        }
    }

    public void Remove(string transactionId)
    {
        if (isTracking)
        {
            lock (_gate)
            {
                _ids.Remove(transactionId);
            }
        }
    }

    public bool Contains(string transactionId)
    {
        lock (_gate)
        {
            return _ids.Contains(transactionId);
        }
    }

    /// <summary>Notes that a batch was lost.</summary>
    public void NoteLoss() => Interlocked.Increment(ref _losses);
}
