namespace WebhookService.Domain;

/// <summary>
/// Claims, completes and releases the rows that this instance processes. A method reports a
/// change only when it is committed and fsynced.
/// </summary>
public interface ITransactionClaims
{
    /// <summary>
    /// Claims rows without a live claim, oldest first, after a position. Fewer than
    /// <paramref name="limit"/> rows mean that there are no more.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; nothing was claimed.</exception>
    ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit);

    /// <summary>
    /// Claims rows whose next attempt is due, the longest overdue first. Fewer than
    /// <paramref name="limit"/> rows mean that no more are due.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; nothing was claimed.</exception>
    ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit);

    /// <summary>
    /// Records an attempt of a transaction that this instance has claimed, with its effect: a final status or a later
    /// attempt. The claim fences the write and ends with it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; the row is still PROCESSING, so try
    /// again.</exception>
    ValueTask<TransitionOutcome> CompleteAsync(Completion completion);

    /// <summary>Releases at most <paramref name="limit"/> claims of this instance; returns how many.</summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; the claims remain until the lease of
    /// this instance expires.</exception>
    ValueTask<int> ReleaseAsync(int limit);
}

/// <summary>A position in claim order: rows are claimed by time of receipt, then by sequence.</summary>
public readonly record struct ClaimPosition(DateTimeOffset CreatedAt, long Sequence)
{
    /// <summary>Before every row.</summary>
    public static ClaimPosition Start => new(DateTimeOffset.MinValue, 0);
}

/// <summary>One page of claimed rows, in order, and the position to continue from.</summary>
public sealed record ClaimedPage(IReadOnlyList<ClaimedTransaction> Rows, ClaimPosition Next);
