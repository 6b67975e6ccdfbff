namespace WebhookService.Domain.Handling;

/// <summary>Processes transactions: the code behind the queue.</summary>
/// <remarks>
/// <para>
/// <b>A handler is called at least once for each transaction, so it must be idempotent.</b> The result becomes durable
/// only after the handler returns. If the process dies, is stopped or loses the database in between, the handler is
/// called again, perhaps by another instance and with the same
/// <see cref="TransactionHandlerContext.AttemptNumber"/>. Use
/// <see cref="TransactionHandlerContext.IdempotencyKey"/>: as the unique key of the handler's own rows, written in the
/// same database transaction as its other changes, or as the idempotency key of the system that it calls.
/// </para>
/// <para>
/// Two calls for one transaction do not normally overlap. They can, if an instance is suspended for longer than its
/// lease and then continues, so a unique key is needed, not a read before a write.
/// </para>
/// <para>
/// The settings of the section <c>ExternalApi</c> apply to every handler: concurrency, calls a second, timeout, circuit
/// breaker, number of attempts, and the waits between them.
/// </para>
/// </remarks>
public interface ITransactionHandler
{
    /// <summary>Makes one attempt to process a transaction.</summary>
    /// <param name="context">The transaction, the event it was mapped from, and the number of the attempt.</param>
    /// <param name="cancellationToken">
    /// Canceled at the timeout of the attempt (<c>ExternalApi__Timeout</c>, 10 s by default), which counts as an
    /// attempt and is followed by another one; and at shutdown, after <c>Processing__ShutdownGrace</c>, which counts as
    /// none.
    /// </param>
    /// <returns>
    /// <see cref="HandlerResult.Processed"/>, <see cref="HandlerResult.Failed"/> or <see cref="HandlerResult.Again"/>.
    /// An exception means the same as <see cref="HandlerResult.Again"/>, with its type and message as the reason.
    /// </returns>
    ValueTask<HandlerResult> HandleAsync(TransactionHandlerContext context, CancellationToken cancellationToken);
}
