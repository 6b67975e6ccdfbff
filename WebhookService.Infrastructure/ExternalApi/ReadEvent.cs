using WebhookService.Domain;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Reads the event that a transaction was mapped from; null when it has none.</summary>
/// <remarks>
/// Called when the call is made, not before: a payload is larger than everything else that a waiting transaction has.
/// </remarks>
/// <exception cref="StoreUnavailableException">The store could not be read, so no call can be made.</exception>
internal delegate Task<SourceEvent?> ReadEvent(Transaction transaction, CancellationToken cancellationToken);
