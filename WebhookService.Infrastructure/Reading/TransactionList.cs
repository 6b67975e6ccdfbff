using Microsoft.EntityFrameworkCore;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>The query behind the list: keyset pages over several partial indexes. Pruned rows are not listed.</summary>
internal static class TransactionList
{
    // Claimable, waiting and finished rows have separate indexes, so they are queried separately; in one statement, so
    // that a row that moves between them is in exactly one.
    public static async Task<IReadOnlyList<Transaction>> RunAsync(
        WebhookDbContext db, TransactionQuery query, CancellationToken cancellationToken)
    {
        IQueryable<Transaction>[] pages =
        [
            .. Parts(db.Transactions.AsNoTracking(), query.Status).Select(part => Page(Filter(db, part, query), query)),
        ];
        var page = pages.Length == 1 ? pages[0] : Order(pages.Aggregate(Queryable.Concat), query);
        var found = await page
            .LeftJoin(db.Set<EventRow>(), t => t.Sequence, e => e.Sequence, FoundTransaction.WithEvent)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return found.ConvertAll(row => row.Join());
    }

    // Each condition is a constant in its query, so that the filtered indexes apply.
    private static IEnumerable<IQueryable<Transaction>> Parts(IQueryable<Transaction> rows, TransactionStatus? status)
    {
        if (status is null or TransactionStatus.Processing)
        {
            yield return rows.Where(t => t.Status == TransactionStatus.Processing && t.NextAttemptAt == null);
            yield return rows.Where(t => t.Status == TransactionStatus.Processing && t.NextAttemptAt != null);
        }

        rows = rows.Where(t => t.ContentHash == null);
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

        return Order(rows, query);
    }

    private static IQueryable<Transaction> Order(IQueryable<Transaction> rows, TransactionQuery query) =>
        rows.OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Sequence).Take(query.Limit + 1);
}
