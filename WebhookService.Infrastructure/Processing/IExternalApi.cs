namespace WebhookService.Infrastructure.Processing;

/// <summary>The slow system that a transaction is processed by.</summary>
/// <remarks>
/// It is called at least once for each transaction: after a crash between its answer and our commit, once more, with
/// the same id, which is its idempotency key.
/// </remarks>
internal interface IExternalApi
{
    /// <summary>Processes one transaction; returns when it is done.</summary>
    /// <param name="transactionId">Whose turn it is, and the idempotency key.</param>
    /// <param name="cancellationToken">Ends the call at a stop; the transaction is then called again later.</param>
    /// <exception cref="ExternalCallFailedException">The transaction failed for good.</exception>
    Task CallAsync(string transactionId, CancellationToken cancellationToken);
}

/// <summary>The external system refused the transaction for good; the message becomes its failure reason.</summary>
internal sealed class ExternalCallFailedException(string reason) : Exception(reason);
