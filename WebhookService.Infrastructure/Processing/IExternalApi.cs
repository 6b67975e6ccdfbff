using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>The slow system that a transaction is processed by.</summary>
/// <remarks>
/// It is called at least once for each transaction: after a crash between its answer and our commit, once more, with
/// the same id, which is its idempotency key.
/// </remarks>
internal interface IExternalApi
{
    /// <summary>
    /// Processes one transaction; returns what came of it. Null: the call was not begun, since the service is stopping
    /// or the transaction is no longer this instance's.
    /// </summary>
    /// <param name="transactionId">Whose turn it is, and the idempotency key.</param>
    /// <param name="cancellationToken">Ends the call at a stop; the transaction is then called again later.</param>
    Task<CallResult?> CallAsync(string transactionId, CancellationToken cancellationToken);
}

/// <summary>What came of a call.</summary>
/// <param name="Attempt">The attempt that it was.</param>
/// <param name="EarlierAttempts">How many attempts of the same round came before it.</param>
/// <param name="RetryAfter">How long the system asked to be left alone; null when it did not.</param>
internal sealed record CallResult(Attempt Attempt, int EarlierAttempts = 0, TimeSpan? RetryAfter = null);
