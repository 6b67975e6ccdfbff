using Microsoft.EntityFrameworkCore;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>The queries of operators' actions.</summary>
internal sealed class AuditReader(TimedReads reads) : IAuditReader
{
    public Task<IReadOnlyList<RecordedAudit>> ListAsync(
        string? target, long? before, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<RecordedAudit>>(
            async (db, token) =>
            {
                IQueryable<AuditRow> rows = db.Set<AuditRow>();
                rows = target is null ? rows : rows.Where(row => row.Target == target);
                rows = before is null ? rows : rows.Where(row => row.Id < before);
                var page = await rows.OrderByDescending(row => row.Id).Take(limit + 1).AsNoTracking()
                    .ToListAsync(token)
                    .ConfigureAwait(false);
                return [.. page.Select(row => new RecordedAudit(row.Id, ToEntry(row)))];
            },
            cancellationToken);

    public Task<PauseState> FindPauseAsync(CancellationToken cancellationToken) =>
        reads.RunAsync(
            async (db, token) =>
            {
                // The condition is a constant in the query, so that its filtered index applies.
                var change = await db.Set<AuditRow>()
                    .Where(row => row.Action == AuditActions.Pause || row.Action == AuditActions.Resume)
                    .OrderByDescending(row => row.Id)
                    .AsNoTracking()
                    .FirstOrDefaultAsync(token)
                    .ConfigureAwait(false);
                return change is null ? PauseState.Running : PauseState.After(ToEntry(change));
            },
            cancellationToken);

    private static AuditEntry ToEntry(AuditRow row) =>
        new(row.At, row.Operator, row.Action, row.Target, row.Affected, row.Reason);
}
