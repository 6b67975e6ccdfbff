using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;
using WebhookService.Infrastructure.Persistence.Providers.Server;

namespace WebhookService.Infrastructure.Persistence.Providers.PostgreSql;

/// <summary>The SQL of PostgreSQL 13 and later. Rows go over as arrays, one for each column.</summary>
internal sealed class PostgreSqlDialect(string connectionString) : IServerDialect
{
    public DbConnection CreateConnection() => new NpgsqlConnection(connectionString);

    // Without an explicit transaction, what one round trip holds is one: it is committed at its end.
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

    public ServerStatement Add(int place, IReadOnlyList<AddRequest> rows, long instance)
    {
        var count = rows.Count;
        var (ids, sources, destinations) = (new string[count], new string[count], new string[count]);
        var (amounts, currencies) = (new decimal[count], new string[count]);
        var (times, claims) = (new DateTime[count], new long?[count]);
        for (var i = 0; i < count; i++)
        {
            var transaction = rows[i].Transaction;
            ids[i] = transaction.TransactionId;
            sources[i] = transaction.SourceAccount;
            destinations[i] = transaction.DestinationAccount;
            amounts[i] = transaction.Amount;
            currencies[i] = transaction.Currency;
            times[i] = transaction.CreatedAt.UtcDateTime;
            claims[i] = rows[i].IsReserved ? instance : null;
        }

        return new ServerStatement(
            """
            INSERT INTO transactions (
                transaction_id, source_account, destination_account, amount, currency, created_at, claimed_by,
                status, attempts)
            SELECT sent.*, 'PROCESSING', 0 FROM unnest($1, $2, $3, $4, $5, $6, $7) AS sent
            ON CONFLICT (transaction_id) DO NOTHING
            RETURNING transaction_id
            """,
            Array(ids, NpgsqlDbType.Text),
            Array(sources, NpgsqlDbType.Text),
            Array(destinations, NpgsqlDbType.Text),
            Array(amounts, NpgsqlDbType.Numeric),
            Array(currencies, NpgsqlDbType.Text),
            Array(times, NpgsqlDbType.TimestampTz),
            Array(claims, NpgsqlDbType.Bigint));
    }

    public ServerStatement Find(int place, IReadOnlyList<string> ids) => new(
        """
        SELECT transaction_id, source_account, destination_account, amount, currency FROM transactions
        WHERE transaction_id = ANY ($1)
        """,
        Array(ids.ToArray(), NpgsqlDbType.Text));

    public ServerStatement Complete(int place, IReadOnlyList<Completion> completions, long instance) => new(
        """
        UPDATE transactions AS t
        SET status = done.status, processed_at = done.processed_at, failure_reason = done.reason,
            attempts = t.attempts + 1, claimed_by = NULL
        FROM unnest($1, $2, $3, $4) AS done (id, status, processed_at, reason)
        WHERE t.transaction_id = done.id AND t.status = 'PROCESSING' AND t.claimed_by = $5
        RETURNING t.transaction_id
        """,
        Array(completions.Select(done => done.TransactionId).ToArray(), NpgsqlDbType.Text),
        Array(completions.Select(done => TransactionStatusNames.ToName(done.Status)).ToArray(), NpgsqlDbType.Text),
        Array(
            completions.Select(done => Timestamps.ToMicroseconds(done.ProcessedAt).UtcDateTime).ToArray(),
            NpgsqlDbType.TimestampTz),
        Array(completions.Select(done => done.FailureReason).ToArray(), NpgsqlDbType.Text),
        Number(instance));

    // The condition stands in the outer statement too: a row that changed while it was waited for is left alone.
    public ServerStatement Claim(int place, ClaimPosition after, int limit, long instance, bool mayTakeOver) => new(
        """
        WITH free AS (
            SELECT sequence FROM transactions
            WHERE status = 'PROCESSING' AND (created_at, sequence) > ($1, $2)
                AND (claimed_by IS NULL
                    OR claimed_by <> $4 AND claimed_by NOT IN (
                        SELECT instance_id FROM instances WHERE expires_at >= now() OR NOT $5))
            ORDER BY created_at, sequence
            LIMIT $3
            FOR UPDATE SKIP LOCKED),
        claimed AS (
            UPDATE transactions AS t SET claimed_by = $4
            FROM free WHERE t.sequence = free.sequence AND t.status = 'PROCESSING'
            RETURNING t.sequence, t.transaction_id, t.created_at)
        SELECT sequence, transaction_id, created_at FROM claimed ORDER BY created_at, sequence
        """,
        new NpgsqlParameter<DateTime>
        {
            TypedValue = after.CreatedAt.UtcDateTime,
            NpgsqlDbType = NpgsqlDbType.TimestampTz,
        },
        Number(after.Sequence),
        Number(limit),
        Number(instance),
        new NpgsqlParameter<bool> { TypedValue = mayTakeOver });

    public ServerStatement Release(int place, int limit, long instance) => new(
        """
        WITH released AS (
            UPDATE transactions SET claimed_by = NULL
            WHERE sequence IN (
                SELECT sequence FROM transactions WHERE status = 'PROCESSING' AND claimed_by = $1 LIMIT $2)
            RETURNING 1)
        SELECT count(*) FROM released
        """,
        Number(instance),
        Number(limit));

    public ServerStatement Release(int place, IReadOnlyList<string> ids, long instance) => new(
        """
        WITH released AS (
            UPDATE transactions SET claimed_by = NULL
            WHERE transaction_id = ANY ($1) AND status = 'PROCESSING' AND claimed_by = $2
            RETURNING 1)
        SELECT count(*) FROM released
        """,
        Array(ids.ToArray(), NpgsqlDbType.Text),
        Number(instance));

    public ServerStatement Register(int place, TimeSpan lease, TimeSpan retention) => new(
        """
        WITH forgotten AS (DELETE FROM instances WHERE expires_at < now() - $2)
        INSERT INTO instances (started_at, heartbeat_at, expires_at) VALUES (now(), now(), now() + $1)
        RETURNING instance_id
        """,
        Span(lease),
        Span(retention));

    public ServerStatement Renew(int place, TimeSpan lease, long instance) => new(
        """
        WITH renewed AS (
            UPDATE instances SET heartbeat_at = now(), expires_at = now() + $1 WHERE instance_id = $2 RETURNING 1)
        SELECT count(*) FROM renewed
        """,
        Span(lease),
        Number(instance));

    public ServerStatement Deregister(int place, long instance) => new(
        "DELETE FROM instances WHERE instance_id = $1 RETURNING 1", Number(instance));

    // Whatever the server answered, it rolled back; a connection that broke may have been committed before it did.
    public CommitFault Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } => CommitFault.Busy,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure } => CommitFault.Busy,
        // A standby, or a primary that has become one: only another connection can find the new primary.
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => CommitFault.Unknown,
        PostgresException { InvariantSeverity: "ERROR" } => CommitFault.Rejected,
        _ => CommitFault.Unknown,
    };

    private static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<TimeSpan> Span(TimeSpan value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Interval };
}
