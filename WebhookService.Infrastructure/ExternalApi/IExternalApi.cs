using WebhookService.Domain;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>The slow system that a transaction is processed by.</summary>
/// <remarks>
/// It is called at least once for each transaction: after a crash between its answer and our commit it is called again,
/// with the same id, which is its idempotency key.
/// </remarks>
internal interface IExternalApi
{
    /// <summary>Sends one transaction and returns the result.</summary>
    /// <param name="transaction">What is sent; its id is the idempotency key.</param>
    /// <param name="mayBegin">
    /// Asked after every wait, directly before the call: false when the transaction may be another instance's by now.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the call at a stop; the transaction is called for again later. The same token for all calls.
    /// </param>
    /// <returns>
    /// The result; null when the call was not begun, since the service is stopping or it might not begin.
    /// </returns>
    ValueTask<CallResult?> CallAsync(
        Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken);
}

/// <summary>The result of a call.</summary>
/// <param name="Attempt">The attempt that it was.</param>
/// <param name="RetryAfter">How long the system asked not to be called; null when it did not.</param>
internal sealed record CallResult(Attempt Attempt, TimeSpan? RetryAfter = null);
