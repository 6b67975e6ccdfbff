using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>All queries, through EF Core.</summary>
/// <remarks>Few lists run at a time, so that no filter can take threads or disk from intake.</remarks>
internal sealed class TransactionReader(
    TimedReads reads, InstanceLease lease, IOptions<ReadOptions> options, TimeProvider clock)
    : ITransactionReader, IDisposable
{
    // Not static: it is compiled for one model, and a process may hold services on different databases.
    private readonly Func<WebhookDbContext, string, CancellationToken, Task<FoundTransaction?>> _findById =
        EF.CompileAsyncQuery((WebhookDbContext db, string id, CancellationToken _) =>
            db.Transactions.AsNoTracking()
                .Where(t => t.TransactionId == id)
                .LeftJoin(db.Set<EventRow>(), t => t.Sequence, e => e.Sequence, FoundTransaction.WithEvent)
                .SingleOrDefault());

    private readonly OldestRow _oldest = new(clock);
    private readonly OldestRow _oldestWaiting = new(clock);
    private readonly SemaphoreSlim _lists = new(options.Value.MaxConcurrentLists);

    public Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken) =>
        reads.RunAsync((db, token) => FindAsync(db, transactionId, token), cancellationToken);

    public Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken) =>
        reads.RunAsync(
            async (db, token) =>
            {
                await _lists.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    return await TransactionList.RunAsync(db, query, token).ConfigureAwait(false);
                }
                finally
                {
                    _lists.Release();
                }
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordedAttempt>?> FindAttemptsAsync(
        string transactionId, CancellationToken cancellationToken) =>
        FindPartsAsync(transactionId, AttemptList.RunAsync, cancellationToken);

    public Task<IReadOnlyList<RecordedConflict>?> FindConflictsAsync(
        string transactionId, CancellationToken cancellationToken) =>
        FindPartsAsync(
            transactionId,
            (db, transaction, token) => db.Set<ConflictRow>()
                .Where(c => c.Sequence == transaction.Sequence)
                .OrderBy(c => c.FirstReceivedAt)
                .Select(c => new RecordedConflict(
                    c.SourceAccount,
                    c.DestinationAccount,
                    c.Amount,
                    c.Currency,
                    c.FirstReceivedAt,
                    c.LastReceivedAt,
                    c.Times))
                .ToListAsync(token),
            cancellationToken);

    public Task<StoreTotals> CountAsync(CancellationToken cancellationToken) =>
        reads.RunAsync(
            async (db, token) =>
            {
                var done = await db.Totals.ToListAsync(token).ConfigureAwait(false);
                var failed = done.Sum(t => t.Failed - t.Retried);
                var processed = done.Sum(t => t.Processed);
                var unprocessed = db.Transactions.Where(t => t.Status == TransactionStatus.Processing);
                var oldest = await _oldest.FindAsync(unprocessed.Where(t => t.NextAttemptAt == null), token)
                    .ConfigureAwait(false);
                var waiting = await _oldestWaiting.FindAsync(unprocessed.Where(t => t.NextAttemptAt != null), token)
                    .ConfigureAwait(false);
                return new StoreTotals(
                    done.Sum(t => t.Accepted) - processed - failed,
                    processed,
                    failed,
                    done.Sum(t => t.Conflicts),
                    waiting is null || oldest < waiting ? oldest : waiting);
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordedInstance>> ListInstancesAsync(CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<RecordedInstance>>(
            async (db, token) => await db
                .Describe(db.Set<Instance>().OrderByDescending(i => i.InstanceId), lease.InstanceId)
                .ToListAsync(token)
                .ConfigureAwait(false),
            cancellationToken);

    public void Dispose() => _lists.Dispose();

    private async Task<Transaction?> FindAsync(WebhookDbContext db, string id, CancellationToken cancellationToken)
    {
        var found = await _findById(db, id, cancellationToken).ConfigureAwait(false);

        // SQL Server treats an id with a trailing space as the one without.
        return found?.Transaction.TransactionId == id ? found.Join() : null;
    }

    private Task<IReadOnlyList<TPart>?> FindPartsAsync<TPart>(
        string transactionId,
        Func<WebhookDbContext, Transaction, CancellationToken, Task<List<TPart>>> parts,
        CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<TPart>?>(
            async (db, token) => await FindAsync(db, transactionId, token).ConfigureAwait(false) is { } transaction
                ? await parts(db, transaction, token).ConfigureAwait(false)
                : null,
            cancellationToken);
}
