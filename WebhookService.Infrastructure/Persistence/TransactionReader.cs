using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>All queries, through EF Core.</summary>
/// <remarks>Lists are few at a time and end at a timeout, so that no filter can take threads or disk from intake.</remarks>
internal sealed class TransactionReader(
    IDbContextFactory<WebhookDbContext> contexts,
    IReadInterruption interruption,
    IOptions<ReadOptions> options,
    TimeProvider clock) : ITransactionReader, IDisposable
{
    private static readonly Func<WebhookDbContext, string, CancellationToken, Task<Transaction?>> FindById =
        EF.CompileAsyncQuery((WebhookDbContext db, string id, CancellationToken _) =>
            db.Transactions.AsNoTracking().SingleOrDefault(t => t.TransactionId == id));

    private readonly SemaphoreSlim _lists = new(options.Value.MaxConcurrentLists);

    public Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken) =>
        ReadAsync((db, token) => FindById(db, transactionId, token), cancellationToken);

    public async Task<IReadOnlyList<Transaction>> ListAsync(
        TransactionQuery query, CancellationToken cancellationToken)
    {
        return await ReadAsync(
            async (db, token) =>
            {
                await _lists.WaitAsync(token);
                try
                {
                    return await Page(Filter(db.Transactions.AsNoTracking(), query), query).ToListAsync(token);
                }
                finally
                {
                    _lists.Release();
                }
            },
            cancellationToken);
    }

    public void Dispose() => _lists.Dispose();

    private async Task<TResult> ReadAsync<TResult>(
        Func<WebhookDbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(either.Token);
            await db.Database.OpenConnectionAsync(either.Token);
            using (interruption.Register(db.Database.GetDbConnection(), either.Token))
            {
                return await read(db, either.Token);
            }
        }
        catch (DbException exception) when (cancellationToken.IsCancellationRequested)
        {
            // An interrupted query looks like a fault of the database, but it is the caller who went away.
            throw new OperationCanceledException("The caller went away.", exception, cancellationToken);
        }
        catch (Exception exception) when (
            exception is DbException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                timeout.IsCancellationRequested
                    ? $"The query took longer than {options.Value.Timeout.TotalSeconds:0.###} s."
                    : "The store cannot be read now.",
                exception);
        }
    }

    // Each status is a constant in its query, so that the filtered indexes apply.
    private static IQueryable<Transaction> Filter(IQueryable<Transaction> rows, TransactionQuery query)
    {
        rows = query.Status switch
        {
            TransactionStatus.Processing => rows.Where(t => t.Status == TransactionStatus.Processing),
            TransactionStatus.Processed => rows.Where(t => t.Status == TransactionStatus.Processed),
            TransactionStatus.Failed => rows.Where(t => t.Status == TransactionStatus.Failed),
            _ => rows,
        };
        if (query.SourceAccount is { } source)
        {
            rows = rows.Where(t => t.SourceAccount == source);
        }

        if (query.DestinationAccount is { } destination)
        {
            rows = rows.Where(t => t.DestinationAccount == destination);
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
