namespace WebhookService.Domain;

/// <summary>Receives transactions. A method reports a change only when it is committed and fsynced.</summary>
internal interface ITransactionIntake
{
    /// <summary>Adds a transaction and, when the queue has room, claims it and enqueues it.</summary>
    /// <remarks>
    /// It returns within its deadline whatever the store does, and it does not throw when the store fails. Nothing that
    /// the caller does afterwards revokes the promise.
    /// </remarks>
    /// <param name="transaction">The transaction to add.</param>
    /// <param name="received">The event it was mapped from, stored in the same commit; null for none.</param>
    ValueTask<AddOutcome> AddAsync(Transaction transaction, SourceEvent? received = null);

    /// <summary>Keeps an event that cannot be understood, within the same deadline.</summary>
    /// <remarks>It does not throw when the store fails.</remarks>
    ValueTask<QuarantineOutcome> QuarantineAsync(QuarantinedEvent received);

    /// <summary>
    /// Checks with a durable write, within the same deadline, whether the store accepts one.
    /// </summary>
    ValueTask<StoreHealth> ProbeAsync();
}

/// <summary>Whether the store accepts a durable write; if not, the reason, worded for an operator.</summary>
internal readonly record struct StoreHealth(bool IsHealthy, string? Reason)
{
    public static StoreHealth Healthy => new(true, null);
}

/// <summary>The store cannot be read or written now. The request can be repeated.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
