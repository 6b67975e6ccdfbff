namespace WebhookService.Domain;

/// <summary>What an operator does with transactions that failed.</summary>
public interface ITransactionRetries
{
    /// <summary>
    /// Moves transactions from FAILED to PROCESSING again, a new round of attempts; how many it moved. Those whose
    /// content was pruned stay, and so do those that have had another attempt since they were read: a request that is
    /// sent again never begins a second round.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store rejected it, or its answer was lost; asking again is safe.
    /// </exception>
    ValueTask<int> RetryAsync(IReadOnlyList<FailedRound> rounds);
}

/// <summary>A round of attempts that ended FAILED, as it was read.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="Attempts">
/// Its <see cref="Transaction.Attempts"/> then: what tells this round from any later one.
/// </param>
public readonly record struct FailedRound(string TransactionId, int Attempts);
