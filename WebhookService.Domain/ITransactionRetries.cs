namespace WebhookService.Domain;

/// <summary>Retries failed transactions for an operator.</summary>
internal interface ITransactionRetries
{
    /// <summary>
    /// Moves transactions from FAILED back to PROCESSING, for a new round of attempts; returns how many. It skips those
    /// whose content was pruned, and those that have had another attempt since they were read: a repeated request
    /// never begins a second round.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store rejected it, or its answer was lost; calling again is safe.
    /// </exception>
    ValueTask<int> RetryAsync(IReadOnlyList<FailedRound> rounds);
}

/// <summary>A round of attempts that ended FAILED, as it was read.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="Attempts">
/// Its <see cref="Transaction.Attempts"/> when it was read; every later round has more.
/// </param>
internal readonly record struct FailedRound(string TransactionId, int Attempts);
