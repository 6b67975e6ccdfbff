using NpgsqlTypes;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlParameters;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlRows;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>Retries, dismissals, conflicts and pruning on PostgreSQL.</summary>
internal sealed class PostgreSqlHistory : IServerHistory
{
    public ServerStatement Retry(int index, IReadOnlyList<FailedRound> rounds, long instance) => new(
        $"""
        WITH retried AS (
            UPDATE transactions AS t
            SET status = 'PROCESSING', processed_at = NULL, failure_reason = NULL, earlier_attempts = t.attempts,
                dismissed_at = NULL, dismissed_by = NULL, note = NULL
            FROM unnest($1, $3) AS round (id, attempts)
            {Found("round.id", "status, attempts, content_hash, dismissed_at",
                "status = 'FAILED' AND attempts = round.attempts AND content_hash IS NULL")}
            WHERE t.ctid = own.place AND (t.status, t.attempts) = (own.status, own.attempts)
                AND t.content_hash IS NOT DISTINCT FROM own.content_hash
                AND t.dismissed_at IS NOT DISTINCT FROM own.dismissed_at
            RETURNING own.dismissed_at),
        undismissed AS (
            UPDATE totals SET dismissed = dismissed - (SELECT count(dismissed_at) FROM retried)
            WHERE instance_id = $2 AND EXISTS (SELECT 1 FROM retried WHERE dismissed_at IS NOT NULL)),
        counted AS (
            INSERT INTO tallies AS own (instance_id, heartbeat, retried)
            SELECT instance_id, heartbeats, (SELECT count(*) FROM retried) FROM totals WHERE instance_id = $2
            ON CONFLICT (instance_id, heartbeat) DO UPDATE SET retried = own.retried + excluded.retried)
        SELECT count(*) FROM retried
        """,
        Array(rounds.Select(round => round.TransactionId).ToArray(), NpgsqlDbType.Text),
        Number(instance),
        Array(rounds.Select(round => round.Attempts).ToArray(), NpgsqlDbType.Integer));

    public ServerStatement Dismiss(
        int index, IReadOnlyList<FailedRound> rounds, Dismissal? dismissal, long instance) => new(
        $"""
        WITH changed AS (
            UPDATE transactions AS t SET dismissed_at = $4, dismissed_by = $5, note = $6
            FROM unnest($1, $3) AS round (id, attempts)
            {Found("round.id", "status, attempts, dismissed_at",
                $"""
                status = 'FAILED' AND attempts = round.attempts
                AND dismissed_at IS {(dismissal is null ? "NOT NULL" : "NULL")}
                """)}
            WHERE t.ctid = own.place AND (t.status, t.attempts) = (own.status, own.attempts)
                AND t.dismissed_at IS NOT DISTINCT FROM own.dismissed_at
            RETURNING 1),
        counted AS (
            UPDATE totals SET dismissed = dismissed {(dismissal is null ? "-" : "+")} (SELECT count(*) FROM changed)
            WHERE instance_id = $2)
        SELECT count(*) FROM changed
        """,
        Array(rounds.Select(round => round.TransactionId).ToArray(), NpgsqlDbType.Text),
        Number(instance),
        Array(rounds.Select(round => round.Attempts).ToArray(), NpgsqlDbType.Integer),
        TimeOrNull(dismissal?.At),
        Text(dismissal?.By),
        Text(dismissal?.Note));

    public ServerStatement RecordConflicts(
        int index, IReadOnlyList<SentConflict> conflicts, int kept, long instance) => new(
        """
        WITH sent AS (
            SELECT t.sequence, t.content_hash IS NOT NULL AS is_pruned, c.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
                AS c (id, hash, source, destination, amount, currency, received_at, times)
            JOIN transactions AS t ON t.transaction_id = c.id),
        counted AS (
            INSERT INTO tallies AS own (instance_id, heartbeat, conflicts)
            SELECT instance_id, heartbeats, (SELECT coalesce(sum(times), 0) FROM sent) FROM totals
            WHERE instance_id = $10
            ON CONFLICT (instance_id, heartbeat) DO UPDATE SET conflicts = own.conflicts + excluded.conflicts),
        placed AS (
            SELECT sent.*, known.sequence IS NOT NULL AS is_known,
                (SELECT count(*) FROM conflicts AS kept WHERE kept.sequence = sent.sequence)
                    + row_number() OVER (
                        PARTITION BY sent.sequence, known.sequence ORDER BY sent.received_at, sent.hash) AS ordinal
            FROM sent LEFT JOIN conflicts AS known
                ON known.sequence = sent.sequence AND known.content_hash = sent.hash),
        recorded AS (
            INSERT INTO conflicts AS known (
                sequence, content_hash, source_account, destination_account, amount, currency, first_received_at,
                last_received_at, times)
            SELECT sequence, hash, source, destination, amount, currency, received_at, received_at, times FROM placed
            WHERE NOT is_pruned AND (is_known OR ordinal <= $9)
            ON CONFLICT (sequence, content_hash) DO UPDATE
            SET last_received_at = excluded.last_received_at, times = known.times + excluded.times
            RETURNING 1)
        SELECT count(*) FROM recorded
        """,
        Array(conflicts.Select(sent => sent.Transaction.TransactionId).ToArray(), NpgsqlDbType.Text),
        Array(conflicts.Select(sent => sent.Hash).ToArray(), NpgsqlDbType.Bytea),
        Array(conflicts.Select(sent => sent.Transaction.SourceAccount).ToArray(), NpgsqlDbType.Text),
        Array(conflicts.Select(sent => sent.Transaction.DestinationAccount).ToArray(), NpgsqlDbType.Text),
        Array(conflicts.Select(sent => sent.Transaction.Amount).ToArray(), NpgsqlDbType.Numeric),
        Array(conflicts.Select(sent => sent.Transaction.Currency).ToArray(), NpgsqlDbType.Text),
        Array(conflicts.Select(sent => sent.Transaction.CreatedAt.UtcDateTime).ToArray(), NpgsqlDbType.TimestampTz),
        Array(conflicts.Select(sent => sent.Times).ToArray(), NpgsqlDbType.Integer),
        Number(kept),
        Number(instance));

    public ServerStatement PruneContent(int index, IReadOnlyList<PrunedContent> rows, long instance) => new(
        $"""
        WITH pruned AS (
            UPDATE transactions AS t
            SET source_account = '', destination_account = '', amount = 0, currency = '', failure_reason = NULL,
                content_hash = old.hash, claimed_by = NULL, succeeded_start = NULL, succeeded_status = NULL,
                note = NULL,
                dismissed_at = CASE t.status WHEN 'FAILED' THEN coalesce(t.dismissed_at, t.processed_at) END
            FROM unnest($1, $2) AS old (id, hash)
            {Found("old.id", "status, processed_at, content_hash, dismissed_at",
                "processed_at IS NOT NULL AND content_hash IS NULL")}
            WHERE t.ctid = own.place AND t.processed_at = own.processed_at
                AND t.content_hash IS NOT DISTINCT FROM own.content_hash
                AND t.dismissed_at IS NOT DISTINCT FROM own.dismissed_at
            RETURNING t.sequence, own.status = 'FAILED' AND own.dismissed_at IS NULL AS is_dismissed),
        dismissed AS (
            UPDATE totals SET dismissed = dismissed + (SELECT count(*) FROM pruned WHERE is_dismissed)
            WHERE instance_id = $3 AND EXISTS (SELECT 1 FROM pruned WHERE is_dismissed)),
        attempts_dropped AS (DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM pruned)),
        conflicts_dropped AS (DELETE FROM conflicts WHERE sequence IN (SELECT sequence FROM pruned)),
        events_dropped AS (DELETE FROM events WHERE sequence IN (SELECT sequence FROM pruned))
        SELECT count(*) FROM pruned
        """,
        Array(rows.Select(row => row.TransactionId).ToArray(), NpgsqlDbType.Text),
        Array(rows.Select(row => row.Hash).ToArray(), NpgsqlDbType.Bytea),
        Number(instance));

    public ServerStatement PruneAttempts(int index, DateTimeOffset before, int limit) => new(
        """
        WITH dropped AS (
            DELETE FROM attempts WHERE (sequence, number) IN (
                SELECT sequence, number FROM attempts WHERE started_at < $1 ORDER BY started_at LIMIT $2)
            RETURNING 1)
        SELECT count(*) FROM dropped
        """,
        Time(before),
        Number(limit));

    public ServerStatement PruneConflicts(int index, string account, int limit) => new(
        """
        WITH dropped AS (
            DELETE FROM conflicts WHERE (sequence, content_hash) IN (
                SELECT sequence, content_hash FROM conflicts
                WHERE source_account = $1 OR destination_account = $1 LIMIT $2)
            RETURNING 1)
        SELECT count(*) FROM dropped
        """,
        Text(account),
        Number(limit));

    public ServerStatement Record(int index, AuditEntry entry) => new(
        """
        WITH recorded AS (
            INSERT INTO audit (recorded_at, operator_name, action, target, affected, reason)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1)
        SELECT count(*) FROM recorded
        """,
        Time(entry.At),
        Text(entry.By),
        Text(entry.Action),
        Text(entry.Target),
        Number(entry.Count),
        Text(entry.Reason));

    // Another instance that begins to write at the same moment is not seen, which leaves two rows, and no harm.
    public ServerStatement RecordSample(int index, RecordSampleRequest sample) => new(
        """
        WITH dropped AS (DELETE FROM samples WHERE grain = $1 AND sampled_at < $12),
        finer AS (
            SELECT max(oldest_ms) AS oldest, max(accept_p99_us) AS p99 FROM samples
            WHERE grain = $1 - 1 AND sampled_at > $9 AND sampled_at <= $2),
        recorded AS (
            INSERT INTO samples (
                grain, sampled_at, accepted, processed, failed, processing, oldest_ms, accept_p99_us)
            SELECT $1, $2, $3, $4, $5, $6, greatest($7, oldest), greatest($8, p99) FROM finer
            WHERE NOT EXISTS (SELECT 1 FROM samples WHERE grain = $1 AND sampled_at > $10 AND sampled_at < $11)
            ON CONFLICT DO NOTHING
            RETURNING 1)
        SELECT count(*) FROM recorded
        """,
        Number(sample.Row.Grain),
        Time(sample.Row.At),
        Number(sample.Row.Accepted),
        Number(sample.Row.Processed),
        Number(sample.Row.Failed),
        Number(sample.Row.Processing),
        NumberOrNull(sample.Row.Oldest),
        NumberOrNull(sample.Row.AcceptP99),
        Time(sample.Since),
        Time(sample.Near.After),
        Time(sample.Near.Before),
        Time(sample.Expired));

    public ServerStatement StoreAlert(int index, AlertState state) => new(
        """
        WITH stored AS (
            INSERT INTO alerts AS own (kind, version, sent_at, held_until, since, mark)
            VALUES ($1, 1, $3, $4, $5, $6)
            ON CONFLICT (kind) DO UPDATE
            SET version = own.version + 1, sent_at = excluded.sent_at, held_until = excluded.held_until,
                since = excluded.since, mark = excluded.mark
            WHERE own.version = $2 RETURNING 1)
        SELECT count(*) FROM stored
        """,
        Text(state.Kind),
        Number(state.Version),
        TimeOrNull(state.SentAt),
        TimeOrNull(state.HeldUntil),
        TimeOrNull(state.Since),
        Number(state.Mark));
}
