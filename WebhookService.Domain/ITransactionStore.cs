namespace WebhookService.Domain;

/// <summary>
/// The durable verbs. A result means that what it reports is committed and fsynced.
/// </summary>
public interface ITransactionStore
{
    /// <summary>Adds a transaction and, when there is room, claims it and puts its id on the queue.</summary>
    /// <remarks>
    /// Answers within <c>Intake:Deadline</c>, whatever the store does; it never throws for a store that fails, and
    /// nothing the caller does after the call can take the promise back.
    /// </remarks>
    ValueTask<AddOutcome> AddAsync(Transaction transaction);

    /// <summary>
    /// Records an attempt of a transaction this instance holds, and what follows from it: a final status, or another
    /// attempt later. Fenced by the claim, which ends with it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store refused; the row is still PROCESSING, so try
    /// again.</exception>
    ValueTask<TransitionOutcome> CompleteAsync(Completion completion);

    /// <summary>
    /// Moves transactions from FAILED to PROCESSING again, a new round of attempts; how many it moved. Those whose
    /// content was pruned stay, and so do those that have had another attempt since they were looked at: asking again
    /// never begins a second round.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store refused, or its answer was lost; asking again is safe.
    /// </exception>
    ValueTask<int> RetryAsync(IReadOnlyList<FailedRound> rounds);

    /// <summary>
    /// Claims rows that nobody holds, oldest first, after a position. Fewer than
    /// <paramref name="limit"/> mean that the end was reached.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store refused; nothing was claimed.</exception>
    ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit);

    /// <summary>
    /// Claims rows whose next attempt is due, the longest overdue first. Fewer than
    /// <paramref name="limit"/> mean that no more are due.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store refused; nothing was claimed.</exception>
    ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit);

    /// <summary>
    /// Gives up the claims of this instance, at most <paramref name="limit"/> of them; how many it gave up.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store refused; the claims stay until this instance is
    /// gone.</exception>
    ValueTask<int> ReleaseAsync(int limit);

    /// <summary>
    /// Proves with a durable write, within <c>Intake:Deadline</c>, that the store takes one; else says why not.
    /// </summary>
    ValueTask<StoreHealth> ProbeAsync();
}

/// <summary>A round of attempts that ended FAILED, as it was looked at.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="Attempts">
/// Its <see cref="Transaction.Attempts"/> then: what tells this round from any later one.
/// </param>
public readonly record struct FailedRound(string TransactionId, int Attempts);

/// <summary>A place in claim order: rows are claimed by time of receipt, then by sequence.</summary>
public readonly record struct ClaimPosition(DateTimeOffset CreatedAt, long Sequence)
{
    /// <summary>Before every row.</summary>
    public static ClaimPosition Start => new(DateTimeOffset.MinValue, 0);
}

/// <summary>One page of claimed rows, in order, and the position to go on from.</summary>
public sealed record ClaimedPage(IReadOnlyList<ClaimedTransaction> Rows, ClaimPosition Next);

/// <summary>Whether the store can take a durable write; if not, why, in words for an operator.</summary>
public readonly record struct StoreHealth(bool IsHealthy, string? Reason)
{
    public static StoreHealth Healthy => new(true, null);
}

/// <summary>The store cannot be read or written now. The request may be repeated.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
