namespace WebhookService.Domain;

/// <summary>What receives transactions. A result means that what it reports is committed and fsynced.</summary>
public interface ITransactionIntake
{
    /// <summary>Adds a transaction and, when the queue has room, claims it and enqueues it.</summary>
    /// <remarks>
    /// It answers within its deadline whatever the store does. It never throws because a store fails, and nothing that
    /// the caller does afterwards revokes the promise.
    /// </remarks>
    ValueTask<AddOutcome> AddAsync(Transaction transaction);

    /// <summary>
    /// Proves with a durable write, within the same deadline, that the store accepts one; otherwise says why not.
    /// </summary>
    ValueTask<StoreHealth> ProbeAsync();
}

/// <summary>Whether the store accepts a durable write; if not, why, in words for an operator.</summary>
public readonly record struct StoreHealth(bool IsHealthy, string? Reason)
{
    public static StoreHealth Healthy => new(true, null);
}

/// <summary>The store cannot be read or written now. The request may be repeated.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
