using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>
/// Reads the current state of the service. It costs three small queries, however many rows there are.
/// </summary>
internal sealed class StatsReader
{
    private readonly ITransactionReader _reader;
    private readonly TransactionQueue _queue;
    private readonly Throughput _throughput;
    private readonly BreakerGate _breaker;
    private readonly TransactionInbox? _inbox;
    private readonly TimeProvider _clock;

    internal StatsReader(
        ITransactionReader reader,
        TransactionQueue queue,
        Throughput throughput,
        BreakerGate breaker,
        TransactionInbox? inbox,
        TimeProvider clock)
    {
        _reader = reader;
        _queue = queue;
        _throughput = throughput;
        _breaker = breaker;
        _inbox = inbox;
        _clock = clock;
    }

    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public async Task<ServiceStats> ReadAsync(CancellationToken cancellationToken) =>
        Describe(await _reader.CountAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Returns the same, without the figures of the store when it cannot be read.</summary>
    public async Task<ServiceStats> ReadExistingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            return Describe(null);
        }
    }

    private ServiceStats Describe(StoreTotals? totals) => new(
        totals,
        _clock.GetUtcNow() - totals?.OldestUnprocessed,
        _queue.Depth,
        _throughput.InFlight,
        _throughput.Accepted.PerSecond,
        _throughput.Processed.PerSecond,
        _breaker.IsOpen,
        _inbox?.Waiting,
        _inbox?.Quarantined);
}
