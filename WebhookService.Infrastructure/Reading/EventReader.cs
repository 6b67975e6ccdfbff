using Microsoft.EntityFrameworkCore;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>The queries of events and of the quarantine. Only those of a single event read a body.</summary>
internal sealed class EventReader(TimedReads reads) : IEventReader
{
    public Task<SourceEvent?> FindEventAsync(string transactionId, CancellationToken cancellationToken) =>
        reads.RunAsync(
            async (db, token) =>
            {
                var found = await db.Transactions
                    .Where(t => t.TransactionId == transactionId)
                    .Join(
                        db.Set<EventRow>(),
                        t => t.Sequence,
                        e => e.Sequence,
                        (t, e) => new { t.TransactionId, t.Source, Event = e })
                    .AsNoTracking()
                    .SingleOrDefaultAsync(token)
                    .ConfigureAwait(false);

                // SQL Server treats an id with a trailing space as the one without.
                return found?.TransactionId == transactionId ? ToEvent(found.Source, found.Event) : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<QuarantineEntry>> ListQuarantineAsync(
        string? source, long? before, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<QuarantineEntry>>(
            async (db, token) =>
            {
                IQueryable<QuarantineRow> rows = db.Set<QuarantineRow>();
                rows = source is null ? rows : rows.Where(q => q.Source == source);
                rows = before is null ? rows : rows.Where(q => q.Id < before);
                return await rows
                    .OrderByDescending(q => q.Id)
                    .Take(limit + 1)
                    .Select(q => new QuarantineEntry(
                        q.Id,
                        q.Source,
                        q.ReceivedAt,
                        q.LastReceivedAt,
                        q.Reason,
                        q.EventType,
                        q.EventId,
                        q.Times))
                    .ToListAsync(token)
                    .ConfigureAwait(false);
            },
            cancellationToken);

    public Task<QuarantinedEvent?> FindQuarantinedAsync(long id, CancellationToken cancellationToken) =>
        reads.RunAsync(
            async (db, token) =>
            {
                var found = await db.Set<QuarantineRow>().AsNoTracking()
                    .SingleOrDefaultAsync(q => q.Id == id, token)
                    .ConfigureAwait(false);
                return found is null ? null : ToEvent(found);
            },
            cancellationToken);

    public Task<long> CountQuarantineAsync(string? source, CancellationToken cancellationToken) =>
        reads.RunAsync(
            (db, token) => db.Set<QuarantineRow>()
                .Where(row => source == null || row.Source == source)
                .LongCountAsync(token),
            cancellationToken);

    private static SourceEvent ToEvent(string? source, EventRow row) => new(
        source ?? SourceEvent.PlainSource,
        row.EventType,
        row.EventId,
        row.OccurredAt,
        row.Body is null ? null : new EventPayload(row.ContentType, row.Body));

    private static QuarantinedEvent ToEvent(QuarantineRow row) => new(
        row.Source,
        row.EventKey,
        row.ReceivedAt,
        row.Reason,
        row.EventType,
        row.EventId,
        row.Headers,
        new EventPayload(row.ContentType, row.Body));
}
