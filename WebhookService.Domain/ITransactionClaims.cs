namespace WebhookService.Domain;

/// <summary>
/// Claims, completes and releases the rows that this instance processes. A method reports a
/// change only when it is committed and fsynced.
/// </summary>
internal interface ITransactionClaims
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
internal readonly record struct ClaimPosition(DateTimeOffset CreatedAt, long Sequence)
{
    /// <summary>Before every row.</summary>
    public static ClaimPosition Start => new(DateTimeOffset.MinValue, 0);
}

/// <summary>One page of claimed rows, in order, and the position to continue from.</summary>
internal sealed record ClaimedPage(IReadOnlyList<ClaimedTransaction> Rows, ClaimPosition Next);

/// <summary>A row that this instance has claimed, with everything needed to process it.</summary>
/// <param name="Transaction">
/// The row as it was when claimed. Its content and its attempts do not change while the claim lasts.
/// </param>
/// <param name="Claim">
/// The fencing token of this claim: 1 for the first claim of the row, higher for each later one. An instance may claim
/// a row again while a result of its earlier claim is still being written; the token tells them apart.
/// </param>
/// <param name="IsTakenOver">Whether it was claimed before by another instance, whose lease had expired.</param>
internal sealed record ClaimedTransaction(Transaction Transaction, int Claim, bool IsTakenOver = false)
{
    /// <summary>The claim number of a row that is claimed by the statement that adds it.</summary>
    public const int FirstClaim = 1;

    /// <summary>The row's key.</summary>
    public string TransactionId => Transaction.TransactionId;
}
