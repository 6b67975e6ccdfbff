namespace WebhookService.Domain;

/// <summary>
/// What an instance does with the rows that it works on: claim them, complete them, release them. A result means that
/// what it reports is committed and fsynced.
/// </summary>
public interface ITransactionClaims
{
    /// <summary>
    /// Claims rows that nobody holds, oldest first, after a position. Fewer than
    /// <paramref name="limit"/> mean that the end was reached.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; nothing was claimed.</exception>
    ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit);

    /// <summary>
    /// Claims rows whose next attempt is due, the longest overdue first. Fewer than
    /// <paramref name="limit"/> mean that no more are due.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; nothing was claimed.</exception>
    ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit);

    /// <summary>
    /// Records an attempt of a transaction that this instance has claimed, and what follows from it: a final status, or
    /// another attempt later. It is fenced by the claim, which ends with it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; the row is still PROCESSING, so try
    /// again.</exception>
    ValueTask<TransitionOutcome> CompleteAsync(Completion completion);

    /// <summary>Releases at most <paramref name="limit"/> claims of this instance; how many it released.</summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; the claims stay until the lease of this
    /// instance has expired.</exception>
    ValueTask<int> ReleaseAsync(int limit);
}

/// <summary>A position in claim order: rows are claimed by time of receipt, then by sequence.</summary>
public readonly record struct ClaimPosition(DateTimeOffset CreatedAt, long Sequence)
{
    /// <summary>Before every row.</summary>
    public static ClaimPosition Start => new(DateTimeOffset.MinValue, 0);
}

/// <summary>One page of claimed rows, in order, and the position to go on from.</summary>
public sealed record ClaimedPage(IReadOnlyList<ClaimedTransaction> Rows, ClaimPosition Next);
