using WebhookService.Domain;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>What processes transactions: the handler, within its limits.</summary>
/// <remarks>
/// It is called at least once for each transaction: after a crash between its answer and our commit it is called again,
/// with the same id, which is its idempotency key.
/// </remarks>
internal interface IExternalApi
{
    /// <summary>Sends one transaction and returns the result.</summary>
    /// <param name="transaction">The transaction to send; its id is the idempotency key.</param>
    /// <param name="mayBegin">
    /// Checked after every wait, directly before the call: false when another instance may have the transaction by now.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the call at shutdown; the call is made again later. The same token for all calls.
    /// </param>
    /// <exception cref="StoreUnavailableException">
    /// No call was made, since its event (<see cref="ReadEvent"/>) could not be read.
    /// </exception>
    /// <returns>The result; null when no call was made, because of a shutdown or <paramref name="mayBegin"/>.</returns>
    ValueTask<CallResult?> CallAsync(
        Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken);
}

/// <summary>The result of a call.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="RetryAfter">How long the system asked to wait; null when it did not.</param>
internal sealed record CallResult(Attempt Attempt, TimeSpan? RetryAfter = null);
