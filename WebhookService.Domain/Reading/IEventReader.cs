namespace WebhookService.Domain.Reading;

/// <summary>Queries of the quarantine and of the events that transactions were mapped from.</summary>
internal interface IEventReader
{
    /// <summary>The event of a transaction, with its payload; null when it has none.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<SourceEvent?> FindEventAsync(string transactionId, CancellationToken cancellationToken);

    /// <summary>
    /// One page of the quarantine, newest first; at most <paramref name="limit"/> rows, plus one if there are more.
    /// </summary>
    /// <param name="source">Only events of this source; null for all.</param>
    /// <param name="before">Only events with a lower id: the last of the previous page; null for the first.</param>
    /// <param name="limit">Rows on the page.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<IReadOnlyList<QuarantineEntry>> ListQuarantineAsync(
        string? source, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>One event of the quarantine, with its payload and headers; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<QuarantinedEvent?> FindQuarantinedAsync(long id, CancellationToken cancellationToken);

    /// <summary>Number of events in the quarantine: those of a source, or all if that is null.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<long> CountQuarantineAsync(string? source, CancellationToken cancellationToken);
}

/// <summary>An event in the quarantine, without its payload.</summary>
/// <param name="Id">Its number; a later event has a higher one.</param>
/// <param name="Source">The configured name of its source.</param>
/// <param name="ReceivedAt">When it was first received.</param>
/// <param name="LastReceivedAt">When it was last received.</param>
/// <param name="Reason">Why it could not be understood when it was received.</param>
/// <param name="EventType">The provider's type of event; null where unknown.</param>
/// <param name="EventId">The provider's id of the event; null where unknown.</param>
/// <param name="Times">How often it was received.</param>
internal sealed record QuarantineEntry(
    long Id,
    string Source,
    DateTimeOffset ReceivedAt,
    DateTimeOffset LastReceivedAt,
    string Reason,
    string? EventType,
    string? EventId,
    int Times);
