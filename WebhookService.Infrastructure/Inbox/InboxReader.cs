using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Reads the database and, for a single transaction, the inbox first.</summary>
/// <remarks>
/// A row that leaves the inbox is already in the database, so that none is missed between the two reads.
/// </remarks>
internal sealed class InboxReader(TransactionInbox inbox, TransactionReader database, EventReader events)
    : ITransactionReader, IEventReader
{
    public async Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        var waiting = FindWaiting(transactionId);
        try
        {
            return await database.FindAsync(transactionId, cancellationToken).ConfigureAwait(false) ?? waiting;
        }
        catch (StoreUnavailableException) when (waiting is not null)
        {
            return waiting;
        }
    }

    public async Task<SourceEvent?> FindEventAsync(string transactionId, CancellationToken cancellationToken)
    {
        var waiting = inbox.Find(transactionId)?.Event;
        try
        {
            return await events.FindEventAsync(transactionId, cancellationToken).ConfigureAwait(false) ?? waiting;
        }
        catch (StoreUnavailableException) when (waiting is not null)
        {
            return waiting;
        }
    }

    public Task<IReadOnlyList<QuarantineEntry>> ListQuarantineAsync(
        string? source, long? before, int limit, CancellationToken cancellationToken) =>
        events.ListQuarantineAsync(source, before, limit, cancellationToken);

    public Task<QuarantinedEvent?> FindQuarantinedAsync(long id, CancellationToken cancellationToken) =>
        events.FindQuarantinedAsync(id, cancellationToken);

    public Task<long> CountQuarantineAsync(string? source, CancellationToken cancellationToken) =>
        events.CountQuarantineAsync(source, cancellationToken);

    public Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken) =>
        database.ListAsync(query, cancellationToken);

    public Task<long> CountAsync(TransactionQuery query, CancellationToken cancellationToken) =>
        database.CountAsync(query, cancellationToken);

    public Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(int limit, CancellationToken cancellationToken) =>
        database.ListFailuresAsync(limit, cancellationToken);

    public Task<IReadOnlyList<RecordedAttempt>?> FindAttemptsAsync(
        string transactionId, CancellationToken cancellationToken) =>
        FindPartsAsync(transactionId, database.FindAttemptsAsync, cancellationToken);

    public Task<IReadOnlyList<RecordedConflict>?> FindConflictsAsync(
        string transactionId, CancellationToken cancellationToken) =>
        FindPartsAsync(transactionId, database.FindConflictsAsync, cancellationToken);

    public Task<StoreTotals> CountAsync(CancellationToken cancellationToken) => database.CountAsync(cancellationToken);

    public Task<IReadOnlyList<RecordedInstance>> ListInstancesAsync(CancellationToken cancellationToken) =>
        database.ListInstancesAsync(cancellationToken);

    private async Task<IReadOnlyList<TPart>?> FindPartsAsync<TPart>(
        string transactionId,
        Func<string, CancellationToken, Task<IReadOnlyList<TPart>?>> find,
        CancellationToken cancellationToken)
    {
        var waiting = inbox.Find(transactionId);
        return await find(transactionId, cancellationToken).ConfigureAwait(false) ?? (waiting is null ? null : []);
    }

    private Transaction? FindWaiting(string transactionId) => inbox.Find(transactionId) is { } row
        ? row.Transaction.WithEvent(row.Event is { } received
            ? new EventDetails(received.Type, received.Id, received.OccurredAt)
            : null)
        : null;
}
