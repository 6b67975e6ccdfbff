using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Reads the database and, for a single transaction, the inbox first.</summary>
/// <remarks>
/// A row that leaves the inbox is already in the database, so that none is missed between the two reads.
/// </remarks>
internal sealed class InboxReader(TransactionInbox inbox, TransactionReader database) : ITransactionReader
{
    public async Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        var waiting = inbox.Find(transactionId);
        try
        {
            return await database.FindAsync(transactionId, cancellationToken).ConfigureAwait(false) ?? waiting;
        }
        catch (StoreUnavailableException) when (waiting is not null)
        {
            return waiting;
        }
    }

    public Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken) =>
        database.ListAsync(query, cancellationToken);

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
}
