namespace WebhookService.Domain.Handling;

/// <summary>What a handler is given for one attempt.</summary>
/// <param name="Transaction">The transaction; its content never changes.</param>
/// <param name="Event">
/// The event that a payment provider's webhook brought, with its payload; null when the transaction was sent in this
/// service's own format. The payload is null when it is not kept, or was pruned.
/// </param>
/// <param name="AttemptNumber">
/// The number of this attempt, from 1. It counts attempts that had a result, so it is the same again after a crash or a
/// shutdown, and continues after an operator's retry.
/// </param>
public sealed record TransactionHandlerContext(
    Transaction Transaction, SourceEvent? Event = null, int AttemptNumber = 1)
{
    /// <summary>The transaction's id. It stays the same for every attempt.</summary>
    public string IdempotencyKey => Transaction.TransactionId;

    /// <summary>
    /// The configured name of the source that the transaction came from; <see cref="SourceEvent.PlainSource"/> when it
    /// was sent in this service's own format.
    /// </summary>
    public string Source => Transaction.Source ?? SourceEvent.PlainSource;
}
