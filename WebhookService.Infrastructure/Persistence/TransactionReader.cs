using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>All queries, through EF Core.</summary>
/// <remarks>Lists are few at a time and end at a timeout, so that no filter can take threads or disk from
/// intake.</remarks>
internal sealed class TransactionReader(
    IDatabase database,
    SpareThreads threads,
    IOptions<ReadOptions> options,
    TimeProvider clock) : ITransactionReader, IDisposable
{
    // Not static: it is compiled for one model, and a process may hold services on different databases.
    private readonly Func<WebhookDbContext, string, CancellationToken, Task<Transaction?>> _findById =
        EF.CompileAsyncQuery((WebhookDbContext db, string id, CancellationToken _) =>
            db.Transactions.AsNoTracking().SingleOrDefault(t => t.TransactionId == id));

    private static readonly TimeSpan _graceToEnd = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _lists = new(options.Value.MaxConcurrentLists);

    public async Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync((db, token) => _findById(db, transactionId, token), cancellationToken)
            .ConfigureAwait(false);

        // SQL Server takes an id with a space at its end for the one without.
        return found?.TransactionId == transactionId ? found : null;
    }

    public Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken) =>
        ReadAsync(
            async (db, token) =>
            {
                await _lists.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    return await ListAsync(db, query, token).ConfigureAwait(false);
                }
                finally
                {
                    _lists.Release();
                }
            },
            cancellationToken);

    public void Dispose() => _lists.Dispose();

    private async Task<TResult> ReadAsync<TResult>(
        Func<WebhookDbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var query = QueryAsync(read, either.Token);
        try
        {
            // A driver may take its time to give up on a server that does not answer; the caller need not wait for it.
            return await query.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && IsInterruption(exception))
        {
            // An interrupted query looks like a fault of the database, but it is the caller who went away.
            throw new OperationCanceledException("The caller went away.", exception, cancellationToken);
        }
        catch (Exception exception) when (IsInterruption(exception))
        {
            throw new StoreUnavailableException(
                timeout.IsCancellationRequested
                    ? $"The query took longer than {options.Value.Timeout.TotalSeconds:0.###} s."
                    : "The store cannot be read now.",
                exception);
        }
        finally
        {
            threads.KeepUntilEnd(query);
        }
    }

    private async Task<TResult> QueryAsync<TResult>(
        Func<WebhookDbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        var db = database.CreateContext();
        await using var _ = db.ConfigureAwait(false);

        // The driver's own limit is for a server that does not even end a query; nobody waits for that.
        db.Database.SetCommandTimeout(options.Value.Timeout + _graceToEnd);
        await db.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using (database.Interrupt(db.Database.GetDbConnection(), cancellationToken))
        {
            return await read(db, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsInterruption(Exception exception) =>
        exception is OperationCanceledException || StoreFault.IsOfDatabase(exception);

    // Unfinished and finished rows have indexes of their own, so they are asked for apart and merged. The unfinished
    // come first: a row that finishes between the two questions is then found twice, never missed.
    private static async Task<IReadOnlyList<Transaction>> ListAsync(
        WebhookDbContext db, TransactionQuery query, CancellationToken cancellationToken)
    {
        List<Transaction> found = [];
        foreach (var part in Parts(db.Transactions.AsNoTracking(), query.Status))
        {
            var page = Page(Filter(db, part, query), query);
            found.AddRange(await page.ToListAsync(cancellationToken).ConfigureAwait(false));
        }

        return [.. found
            .AsEnumerable()
            .Reverse()
            .DistinctBy(t => t.Sequence)
            .OrderByDescending(t => t.CreatedAt)
            .ThenByDescending(t => t.Sequence)
            .Take(query.Limit + 1)];
    }

    // Each condition is a constant in its query, so that the filtered indexes apply.
    private static IEnumerable<IQueryable<Transaction>> Parts(IQueryable<Transaction> rows, TransactionStatus? status)
    {
        if (status is null or TransactionStatus.Processing)
        {
            yield return rows.Where(t => t.Status == TransactionStatus.Processing);
        }

        if (status is TransactionStatus.Failed)
        {
            yield return rows.Where(t => t.Status == TransactionStatus.Failed);
        }
        else if (status is TransactionStatus.Processed)
        {
            yield return rows.Where(t => t.ProcessedAt != null && t.Status == TransactionStatus.Processed);
        }
        else if (status is null)
        {
            yield return rows.Where(t => t.ProcessedAt != null);
        }
    }

    private static IQueryable<Transaction> Filter(
        WebhookDbContext db, IQueryable<Transaction> rows, TransactionQuery query)
    {
        if (query.SourceAccount is { } source)
        {
            rows = db.FromSource(rows, source);
        }

        if (query.DestinationAccount is { } destination)
        {
            rows = db.ToDestination(rows, destination);
        }

        if (query.CreatedFrom is { } from)
        {
            rows = rows.Where(t => t.CreatedAt >= from);
        }

        return query.CreatedTo is { } to ? rows.Where(t => t.CreatedAt < to) : rows;
    }

    // A keyset page: the cursor's first condition is a range on the index, so page 10,000 costs what page 1 costs.
    private static IQueryable<Transaction> Page(IQueryable<Transaction> rows, TransactionQuery query)
    {
        if (query.After is { CreatedAt: var createdAt, Sequence: var sequence })
        {
            rows = rows.Where(t => t.CreatedAt <= createdAt && (t.CreatedAt < createdAt || t.Sequence < sequence));
        }

        return rows.OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Sequence).Take(query.Limit + 1);
    }
}
