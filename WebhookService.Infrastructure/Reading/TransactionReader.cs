using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>All queries of transactions.</summary>
/// <remarks>Few lists run at a time, so that no filter can take threads or disk from intake.</remarks>
internal sealed class TransactionReader(
    TimedReads reads,
    LookupQueue lookups,
    ReadDialect dialect,
    InstanceLease lease,
    IOptions<ReadOptions> options,
    TimeProvider clock)
    : ITransactionReader, IDisposable
{
    private readonly OldestRow _oldest = new(clock);
    private readonly OldestRow _oldestWaiting = new(clock);
    private readonly TransactionSql _sql = new(dialect);
    private readonly SemaphoreSlim _lists = new(options.Value.MaxConcurrentLists);

    public Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken) =>
        lookups.FindAsync(transactionId).WaitAsync(cancellationToken);

    public async Task<IReadOnlyList<Transaction>> ListAsync(
        TransactionQuery query, CancellationToken cancellationToken)
    {
        var rows = await reads.RunInTurnAsync(
            _lists, _sql.Page(query), _sql.Values(query), _sql.Read, cancellationToken).ConfigureAwait(false);

        // The page is joined with its rows, in any order.
        rows.Sort((a, b) => (b.CreatedAt, b.Sequence).CompareTo((a.CreatedAt, a.Sequence)));
        return rows;
    }

    public async Task<long> CountAsync(TransactionQuery query, CancellationToken cancellationToken)
    {
        var counts = await reads.RunInTurnAsync(
            _lists,
            _sql.Count(query),
            _sql.Values(query),
            row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture),
            cancellationToken).ConfigureAwait(false);
        return counts[0];
    }

    public async Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(int limit, CancellationToken cancellationToken) =>
        await reads.RunInTurnAsync(
            _lists,
            _sql.Failures,
            [new ReadParameter("@limit", DbType.Int32, limit)],
            _sql.ReadFailures,
            cancellationToken).ConfigureAwait(false);

    public Task<IReadOnlyList<RecordedAttempt>?> FindAttemptsAsync(
        string transactionId, CancellationToken cancellationToken) =>
        FindPartsAsync(transactionId, AttemptList.RunAsync, cancellationToken);

    public Task<IReadOnlyList<RecordedConflict>?> FindConflictsAsync(
        string transactionId, CancellationToken cancellationToken) =>
        FindPartsAsync(
            transactionId,
            (db, _, sequence, token) => db.Set<ConflictRow>()
                .Where(c => c.Sequence == sequence)
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
                    done.Sum(t => t.Retried),
                    done.Sum(t => t.Dismissed),
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

    private Task<IReadOnlyList<TPart>?> FindPartsAsync<TPart>(
        string transactionId,
        Func<WebhookDbContext, string, long, CancellationToken, Task<List<TPart>>> parts,
        CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<TPart>?>(
            async (db, token) =>
            {
                var found = await db.Transactions
                    .Where(t => t.TransactionId == transactionId)
                    .Select(t => new { t.TransactionId, t.Sequence })
                    .SingleOrDefaultAsync(token)
                    .ConfigureAwait(false);

                // SQL Server treats an id with a trailing space as the one without.
                return found?.TransactionId == transactionId
                    ? await parts(db, transactionId, found.Sequence, token).ConfigureAwait(false)
                    : null;
            },
            cancellationToken);
}
