using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>The queries behind alerts. None of them depends on the number of transactions.</summary>
internal sealed class AlertReader(TimedReads reads, ReadDialect dialect)
{
    /// <summary>
    /// The newest failed rows, in the order of their index; of these, those that failed since a time.
    /// </summary>
    /// <remarks>
    /// The answer of the external system, which the reason repeats, may quote an account; so where there is a status,
    /// it alone is the reason.
    /// </remarks>
    public string NewFailures => $"""
        SELECT failed.http_status, failed.reason, failed.source, COUNT(*)
        FROM (
            SELECT a.http_status, t.source,
                CASE WHEN a.sequence IS NOT NULL AND a.http_status IS NULL THEN t.failure_reason END AS reason
            FROM (
                SELECT t.sequence, t.attempts, t.failure_reason, t.source, t.processed_at FROM transactions t
                WHERE t.status = 'FAILED' AND t.content_hash IS NULL AND t.dismissed_at IS NULL
                {dialect.NewestFirst}
            ) t LEFT JOIN attempts a ON a.sequence = t.sequence AND a.number = t.attempts
            WHERE t.processed_at >= @since
        ) failed
        GROUP BY failed.http_status, failed.reason, failed.source
        ORDER BY COUNT(*) DESC
        """;

    /// <summary>What is stored about a kind of alert.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public Task<AlertState> FindStateAsync(string kind, CancellationToken cancellationToken) => reads.RunAsync(
        async (db, token) => await db.Set<AlertRow>()
            .Where(row => row.Kind == kind)
            .Select(row => new AlertState(row.Kind, row.Version, row.SentAt, row.HeldUntil, row.Since, row.Mark))
            .SingleOrDefaultAsync(token)
            .ConfigureAwait(false) ?? AlertState.None(kind),
        cancellationToken);

    /// <summary>
    /// How many transactions have become FAILED since the database exists; a retried one counts each time.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public Task<long> CountFailedAsync(CancellationToken cancellationToken) => reads.RunAsync(
        async (db, token) => (await db.Totals.ToListAsync(token).ConfigureAwait(false)).Sum(totals => totals.Failed),
        cancellationToken);

    /// <summary>Why transactions failed since a time, the most frequent reason first.</summary>
    /// <param name="since">The earliest time of failure.</param>
    /// <param name="maxRows">How many failed rows are read, the latest received.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public async Task<IReadOnlyList<NewFailures>> ListNewFailuresAsync(
        DateTimeOffset since, int maxRows, CancellationToken cancellationToken) =>
        await reads.RunAsync(NewFailures, Values(since, maxRows), Read, TimeSpan.Zero, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>The values of <see cref="NewFailures"/>.</summary>
    public IReadOnlyList<ReadParameter> Values(DateTimeOffset since, int maxRows)
    {
        var value = dialect.ToValue(Timestamps.ToMicroseconds(since));
        return
        [
            new("@limit", DbType.Int32, maxRows),
            new("@since", value is long ? DbType.Int64 : DbType.DateTimeOffset, value),
        ];
    }

    /// <summary>The events that came into the quarantine after this one, by source, the most first.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public Task<List<NewQuarantined>> ListQuarantinedAsync(long after, CancellationToken cancellationToken) =>
        reads.RunAsync(
            (db, token) => db.Set<QuarantineRow>()
                .Where(row => row.Id > after)
                .GroupBy(row => row.Source)
                .Select(group => new NewQuarantined(group.Key, group.LongCount(), group.Max(row => row.Id)))
                .ToListAsync(token),
            cancellationToken);

    /// <summary>The number of the latest event in the quarantine; 0 if that is empty.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public Task<long> FindLastQuarantinedAsync(CancellationToken cancellationToken) => reads.RunAsync(
        (db, token) => db.Set<QuarantineRow>().Select(row => row.Id).OrderByDescending(id => id)
            .FirstOrDefaultAsync(token),
        cancellationToken);

    private static NewFailures Read(DbDataReader row)
    {
        int? status = row.IsDBNull(0) ? null : row.GetInt32(0);
        var reason = status is { } code
            ? $"{code} {ReasonPhrases.GetReasonPhrase(code)}".TrimEnd()
            : row.IsDBNull(1) ? null : row.GetString(1);
        return new NewFailures(
            reason,
            status,
            row.IsDBNull(2) ? null : row.GetString(2),
            Convert.ToInt64(row.GetValue(3), CultureInfo.InvariantCulture));
    }
}
