using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlParameters;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlRows;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>The SQL of PostgreSQL 13 and later. Rows are sent as arrays, one for each column.</summary>
internal sealed class PostgreSqlDialect(string connectionString) : IServerDialect
{
    public IServerHistory History { get; } = new PostgreSqlHistory();

    public IServerInstances Instances { get; } = new PostgreSqlInstances();

    public IServerQuarantine Quarantine { get; } = new PostgreSqlQuarantine();

    public DbConnection CreateConnection() => new NpgsqlConnection(connectionString);

    // The planner's estimate of a sweep grows with the unfinished rows, even though it reads none of them, and from a
    // hundred thousand of them on the server would compile each sweep first, for 30 to 300 ms.
    public void Prepare(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SET jit = off";
        command.ExecuteNonQuery();
    }

    // Without an explicit transaction, one round trip is one transaction, committed at its end.
    // https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
    public DbDataReader Execute(DbConnection connection, IReadOnlyList<ServerStatement> statements)
    {
        using var batch = new NpgsqlBatch((NpgsqlConnection)connection);
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            foreach (var parameter in statement.Parameters)
            {
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        return batch.ExecuteReader();
    }

    public ServerStatement Add(int index, IReadOnlyList<AddRequest> rows, long instance) =>
        PostgreSqlAdd.Statement(rows, instance);

    public ServerStatement Find(int index, IReadOnlyList<string> ids) => new(
        """
        SELECT transaction_id, source_account, destination_account, amount, currency, content_hash FROM transactions
        WHERE transaction_id = ANY ($1)
        """,
        Array(ids.ToArray(), NpgsqlDbType.Text));

    public ServerStatement Complete(int index, IReadOnlyList<Completion> completions, int kept, long instance) => new(
        $"""
        WITH updated AS (
            UPDATE transactions AS t
            SET status = done.status, processed_at = done.processed_at, failure_reason = done.reason,
                next_attempt_at = done.next_attempt_at, attempts = t.attempts + 1,
                claimed_by = CASE done.status WHEN 'PROCESSED' THEN $11 END,
                succeeded_start = CASE done.status WHEN 'PROCESSED' THEN done.started_at END,
                succeeded_status = CASE done.status WHEN 'PROCESSED' THEN done.http_status END
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $13) AS done (
                id, status, processed_at, reason, next_attempt_at, started_at, duration, outcome, http_status, detail,
                claim)
            {Found("done.id", "status, claimed_by, claim",
                "status = 'PROCESSING' AND claimed_by = $11 AND claim = done.claim")}
            WHERE t.ctid = own.place AND (t.status, t.claimed_by, t.claim) = (own.status, own.claimed_by, own.claim)
            RETURNING t.sequence, t.attempts, done.*),
        recorded AS (
            INSERT INTO attempts (
                sequence, number, started_at, duration_ms, outcome, http_status, detail, instance_id)
            SELECT sequence, attempts, started_at, duration, outcome, http_status, detail, $11 FROM updated
            WHERE status <> 'PROCESSED'),
        dropped AS (
            DELETE FROM attempts AS old USING updated
            WHERE updated.attempts > $12 AND old.sequence = updated.sequence AND old.number <= updated.attempts - $12),
        counted AS (
            INSERT INTO tallies AS own (instance_id, heartbeat, processed, failed)
            SELECT instance_id, heartbeats, (SELECT count(*) FROM updated WHERE status = 'PROCESSED'),
                (SELECT count(*) FROM updated WHERE status = 'FAILED')
            FROM totals WHERE instance_id = $11
            ON CONFLICT (instance_id, heartbeat) DO UPDATE
            SET processed = own.processed + excluded.processed, failed = own.failed + excluded.failed)
        SELECT id, claim FROM updated
        """,
        Ids(completions),
        Array(completions.Select(done => TransactionStatusNames.ToName(done.Status)).ToArray(), NpgsqlDbType.Text),
        Times(completions.Select(done => done.ProcessedAt)),
        Array(completions.Select(done => done.FailureReason).ToArray(), NpgsqlDbType.Text),
        Times(completions.Select(done => done.NextAttemptAt)),
        Times(completions.Select(done => (DateTimeOffset?)done.Attempt.StartedAt)),
        Durations(completions),
        Array(
            completions.Select(done => AttemptOutcomeNames.ToName(done.Attempt.Outcome)).ToArray(), NpgsqlDbType.Text),
        Array(completions.Select(done => done.Attempt.HttpStatus).ToArray(), NpgsqlDbType.Integer),
        Array(completions.Select(done => done.Attempt.Detail).ToArray(), NpgsqlDbType.Text),
        Number(instance),
        Number(kept),
        Claims(completions));

    public ServerStatement FindCompleted(int index, IReadOnlyList<Completion> completions, long instance) => new(
        """
        SELECT done.id, done.claim FROM unnest($1, $2, $3, $4) AS done (id, claim, started_at, duration)
        JOIN transactions AS t ON t.transaction_id = done.id
        WHERE (t.succeeded_start = done.started_at AND t.claimed_by = $5 AND t.claim = done.claim)
            OR EXISTS (
                SELECT 1 FROM attempts AS a WHERE a.sequence = t.sequence AND a.started_at = done.started_at
                    AND a.duration_ms = done.duration AND a.instance_id = $5)
        """,
        Ids(completions),
        Claims(completions),
        Times(completions.Select(done => (DateTimeOffset?)done.Attempt.StartedAt)),
        Durations(completions),
        Number(instance));

    public ServerStatement ClaimDue(int index, DateTimeOffset now, int limit, long instance) => new(
        $"""
        WITH due AS (
            SELECT ctid AS place, next_attempt_at FROM transactions WHERE next_attempt_at <= $1
            ORDER BY next_attempt_at, sequence
            LIMIT $2
            FOR UPDATE SKIP LOCKED)
        UPDATE transactions AS t SET claimed_by = $3, claim = t.claim + 1, next_attempt_at = NULL
        FROM due WHERE t.ctid = due.place AND t.next_attempt_at = due.next_attempt_at
        RETURNING {IServerDialect.ClaimedColumns}
        """,
        Time(now),
        Number(limit),
        Number(instance));

    // Rows without a claim come first, then those of dead instances. A scan that sees none of a dead instance, not even
    // one that another is claiming, notes at which of its heartbeats; until the next one, sweeps do not look again. An
    // instance of an earlier version counts none, so that it is noted only when it cannot come back.
    // The outer statement repeats the condition: a row that changed while the statement waited for it is left alone.
    // Locked rows do not move, so they are found by their place; no index of sequences is needed.
    public ServerStatement Claim(int index, ClaimPosition after, int limit, long instance, bool mayTakeOver) => new(
        $"""
        WITH unclaimed AS (
            SELECT ctid AS place, status, false AS was_claimed FROM transactions
            WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NULL
                AND (created_at, sequence) > ($1, $2)
            ORDER BY created_at, sequence
            LIMIT $3
            FOR UPDATE SKIP LOCKED),
        dead AS (
            SELECT instance_id, heartbeats FROM totals
            WHERE empty_at IS DISTINCT FROM heartbeats AND instance_id NOT IN (0, $4) AND instance_id NOT IN (
                SELECT instance_id FROM instances WHERE expires_at >= now() OR NOT $5)),
        orphaned AS (
            SELECT ctid, status, true FROM transactions
            WHERE EXISTS (SELECT 1 FROM dead) AND status = 'PROCESSING' AND next_attempt_at IS NULL
                AND claimed_by IN (SELECT instance_id FROM dead) AND (created_at, sequence) > ($1, $2)
            ORDER BY created_at, sequence
            LIMIT $3 - (SELECT count(*) FROM unclaimed)
            FOR UPDATE SKIP LOCKED),
        drained AS (
            UPDATE totals SET empty_at = dead.heartbeats FROM dead
            WHERE EXISTS (SELECT 1 FROM dead) AND NOT EXISTS (SELECT 1 FROM orphaned)
                AND NOT EXISTS (
                    SELECT 1 FROM transactions WHERE status = 'PROCESSING' AND next_attempt_at IS NULL
                        AND claimed_by IN (SELECT instance_id FROM dead))
                AND totals.instance_id = dead.instance_id
                AND (dead.heartbeats > 0 OR dead.instance_id NOT IN (SELECT instance_id FROM instances))),
        claimed AS (
            UPDATE transactions AS t SET claimed_by = $4, claim = t.claim + 1
            FROM (SELECT * FROM unclaimed UNION ALL SELECT * FROM orphaned) AS free
            WHERE t.ctid = free.place AND t.status = free.status
            RETURNING {IServerDialect.ClaimedColumns}, sequence, was_claimed)
        SELECT * FROM claimed ORDER BY created_at, sequence
        """,
        Time(after.CreatedAt),
        Number(after.Sequence),
        Number(limit),
        Number(instance),
        new NpgsqlParameter<bool> { TypedValue = mayTakeOver });

    public ServerStatement Release(int index, int limit, long instance) => new(
        """
        WITH released AS (
            UPDATE transactions SET claimed_by = NULL
            WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by = $1 AND ctid = ANY (ARRAY (
                SELECT ctid FROM transactions
                WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by = $1 LIMIT $2))
            RETURNING 1)
        SELECT count(*) FROM released
        """,
        Number(instance),
        Number(limit));

    public ServerStatement Release(int index, IReadOnlyList<OrphanedClaim> claims, long instance) => new(
        $"""
        WITH released AS (
            UPDATE transactions AS t SET claimed_by = NULL
            FROM unnest($1, $2) AS orphan (id, claim)
            {Found("orphan.id", "status, claimed_by, claim",
                "status = 'PROCESSING' AND claimed_by = $3 AND claim = orphan.claim")}
            WHERE t.ctid = own.place AND (t.status, t.claimed_by, t.claim) = (own.status, own.claimed_by, own.claim)
            RETURNING 1)
        SELECT count(*) FROM released
        """,
        Array(claims.Select(orphan => orphan.TransactionId).ToArray(), NpgsqlDbType.Text),
        Array(claims.Select(orphan => orphan.Claim).ToArray(), NpgsqlDbType.Integer),
        Number(instance));

    // After any error response, the server has rolled back; when the connection broke, it may have committed before.
    public CommitFault Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } => CommitFault.Busy,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure } => CommitFault.Busy,
        // A standby, or a primary that has become one: only another connection can find the new primary.
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => CommitFault.Unknown,
        PostgresException { InvariantSeverity: "ERROR", SqlState: var state } when IsOfARow(state) => CommitFault.Row,
        PostgresException { InvariantSeverity: "ERROR" } => CommitFault.Rejected,
        _ => CommitFault.Unknown,
    };

    // Data exceptions, constraint violations and errors that triggers raise:
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static bool IsOfARow(string state) => state[..2] is "22" or "23" or "P0";

    private static NpgsqlParameter<string[]> Ids(IReadOnlyList<Completion> completions) =>
        Array(completions.Select(done => done.TransactionId).ToArray(), NpgsqlDbType.Text);

    private static NpgsqlParameter<int[]> Claims(IReadOnlyList<Completion> completions) =>
        Array(completions.Select(done => done.Claim).ToArray(), NpgsqlDbType.Integer);

    private static NpgsqlParameter<long[]> Durations(IReadOnlyList<Completion> completions) => Array(
        completions.Select(done => (long)done.Attempt.Duration.TotalMilliseconds).ToArray(), NpgsqlDbType.Bigint);
}
