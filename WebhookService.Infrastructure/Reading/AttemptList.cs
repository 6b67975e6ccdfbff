using Microsoft.EntityFrameworkCore;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>
/// The attempts of a transaction: those that did not succeed have rows of their own; the one that did is in its row.
/// </summary>
internal static class AttemptList
{
    public static async Task<List<RecordedAttempt>> RunAsync(
        WebhookDbContext db, string transactionId, long sequence, CancellationToken cancellationToken)
    {
        var attempts = await db.Set<AttemptRow>()
            .Where(a => a.Sequence == sequence)
            .OrderBy(a => a.Number)
            .Select(a => new RecordedAttempt(
                a.Number,
                a.InstanceId,
                new Attempt(
                    a.StartedAt, TimeSpan.FromMilliseconds(a.Duration, 0), a.Outcome, a.HttpStatus, a.Detail)))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var success = await db.Transactions
            .Where(t => t.TransactionId == transactionId)
            .Select(t => new
            {
                t.Attempts,
                t.ProcessedAt,
                Start = EF.Property<DateTimeOffset?>(t, WebhookDbContext.SucceededStart),
                Status = EF.Property<int?>(t, WebhookDbContext.SucceededStatus),
                Instance = EF.Property<long?>(t, WebhookDbContext.ClaimedBy),
            })
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        if (success is { Start: { } start, ProcessedAt: { } end, Instance: { } instance })
        {
            // Whole milliseconds, as the others have.
            var duration = TimeSpan.FromMilliseconds((long)(end - start).TotalMilliseconds, 0);
            var attempt = new Attempt(start, duration, AttemptOutcome.Succeeded, success.Status);
            attempts.Add(new RecordedAttempt(success.Attempts, instance, attempt));
        }

        return attempts;
    }
}
