using System.Data.Common;
using Npgsql;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlParameters;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>Registration and leases on PostgreSQL.</summary>
internal sealed class PostgreSqlInstances : IServerInstances
{
    public string? FindUnsuitable(DbConnection connection) =>
        PostgreSqlEncoding.FindUnsuitable((NpgsqlConnection)connection);

    public ServerStatement Register(int index, TimeSpan lease, TimeSpan retention) => new(
        """
        WITH forgotten AS (DELETE FROM instances WHERE expires_at < now() - $2),
        folded AS (
            DELETE FROM totals
            WHERE empty_at = heartbeats AND instance_id <> 0 AND instance_id NOT IN (SELECT instance_id FROM instances)
            RETURNING instance_id, accepted, processed, failed, retried, conflicts, dismissed),
        uncounted AS (
            DELETE FROM tallies USING folded WHERE tallies.instance_id = folded.instance_id RETURNING tallies.*),
        summed AS (
            UPDATE totals
            SET accepted = totals.accepted + f.accepted, processed = totals.processed + f.processed,
                failed = totals.failed + f.failed, retried = totals.retried + f.retried,
                conflicts = totals.conflicts + f.conflicts, dismissed = totals.dismissed + f.dismissed
            FROM (SELECT sum(accepted) AS accepted, sum(processed) AS processed, sum(failed) AS failed,
                sum(retried) AS retried, sum(conflicts) AS conflicts, sum(dismissed) AS dismissed FROM (
                    SELECT accepted, processed, failed, retried, conflicts, dismissed FROM folded UNION ALL
                    SELECT accepted, processed, failed, retried, conflicts, 0 FROM uncounted) AS every
                HAVING count(*) > 0) AS f
            WHERE totals.instance_id = 0),
        registered AS (
            INSERT INTO instances (started_at, heartbeat_at, expires_at) VALUES (now(), now(), now() + $1)
            RETURNING instance_id),
        begun AS (
            INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts, heartbeats)
            SELECT instance_id, 0, 0, 0, 0, 0, 1 FROM registered)
        SELECT instance_id FROM registered
        """,
        Span(lease),
        Span(retention));

    // No other statement divides, so a division by zero is this one; plain SQL has no other way to fail deliberately.
    public ServerStatement Confirm(int index, long instance) => new(
        """
        SELECT 1 / count(*) FROM (
            SELECT 1 FROM instances JOIN totals USING (instance_id) WHERE instance_id = $1 FOR KEY SHARE) AS own
        """,
        Number(instance));

    public bool IsForgotten(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.DivisionByZero };

    // The counts since the previous heartbeat are added to the totals: see TallyRow.
    public ServerStatement Renew(int index, TimeSpan lease, long instance) => new(
        """
        WITH renewed AS (UPDATE instances SET heartbeat_at = now(), expires_at = now() + $1 WHERE instance_id = $2),
        counted AS (
            DELETE FROM tallies WHERE instance_id = $2
                AND heartbeat = (SELECT heartbeats FROM totals WHERE instance_id = $2)
            RETURNING accepted, processed, failed, retried, conflicts)
        UPDATE totals
        SET heartbeats = heartbeats + 1, accepted = totals.accepted + coalesce(counted.accepted, 0),
            processed = totals.processed + coalesce(counted.processed, 0),
            failed = totals.failed + coalesce(counted.failed, 0),
            retried = totals.retried + coalesce(counted.retried, 0),
            conflicts = totals.conflicts + coalesce(counted.conflicts, 0)
        FROM (SELECT 1) AS one LEFT JOIN counted ON true
        WHERE instance_id = $2 RETURNING 1
        """,
        Span(lease),
        Number(instance));

    public ServerStatement Deregister(int index, long instance) => new(
        """
        WITH ended AS (DELETE FROM instances WHERE instance_id = $1)
        UPDATE totals SET empty_at = CASE WHEN EXISTS (
            SELECT 1 FROM transactions WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by = $1)
            THEN NULL ELSE heartbeats END
        WHERE instance_id = $1 RETURNING 1
        """,
        Number(instance));
}
