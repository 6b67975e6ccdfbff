using Npgsql;
using NpgsqlTypes;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlParameters;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>The quarantine on PostgreSQL.</summary>
internal sealed class PostgreSqlQuarantine : IServerQuarantine
{
    // An event is new if it came as often as was sent now.
    public ServerStatement Add(int index, IReadOnlyList<SentQuarantine> events, int maxRows) => new(
        """
        WITH sent AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS e (
                n, source, event_key, received_at, last_received_at, reason, event_type, event_id, times, headers,
                content_type, body)),
        placed AS (
            SELECT sent.*, known.id IS NOT NULL AS is_known,
                (SELECT count(*) FROM quarantine) + row_number() OVER (PARTITION BY known.id IS NULL ORDER BY sent.n)
                    AS ordinal
            FROM sent LEFT JOIN quarantine AS known
                ON known.source = sent.source AND known.event_key = sent.event_key),
        stored AS (
            INSERT INTO quarantine AS known (
                source, event_key, received_at, last_received_at, reason, event_type, event_id, times, headers,
                content_type, body)
            SELECT source, event_key, received_at, last_received_at, reason, event_type, event_id, times, headers,
                content_type, body
            FROM placed WHERE is_known OR ordinal <= $13 ORDER BY n
            ON CONFLICT (source, event_key) DO UPDATE
            SET last_received_at = greatest(known.last_received_at, excluded.last_received_at),
                times = known.times + excluded.times
            RETURNING source, event_key, times)
        SELECT sent.n, stored.times = sent.times FROM stored JOIN sent
            ON sent.source = stored.source AND sent.event_key = stored.event_key
        """,
        Array(Enumerable.Range(0, events.Count).ToArray(), NpgsqlDbType.Integer),
        Texts(events, sent => sent.Source),
        Array(events.Select(sent => sent.Event.Key).ToArray(), NpgsqlDbType.Bytea),
        Times(events.Select(sent => (DateTimeOffset?)sent.Event.ReceivedAt)),
        Times(events.Select(sent => (DateTimeOffset?)sent.LastReceivedAt)),
        Texts(events, sent => sent.Reason),
        Texts(events, sent => sent.Type),
        Texts(events, sent => sent.EventId),
        Array(events.Select(sent => sent.Times).ToArray(), NpgsqlDbType.Integer),
        Texts(events, sent => sent.Headers),
        Texts(events, sent => sent.Payload.ContentType),
        Array(events.Select(sent => sent.Event.Payload.Body.ToArray()).ToArray(), NpgsqlDbType.Bytea),
        Number(maxRows));

    public ServerStatement Remove(int index, long id) => new(
        """
        WITH removed AS (DELETE FROM quarantine WHERE id = $1 RETURNING 1)
        SELECT count(*) FROM removed
        """,
        Number(id));

    public ServerStatement Prune(int index, DateTimeOffset before, int limit) => new(
        """
        WITH pruned AS (
            DELETE FROM quarantine
            WHERE last_received_at < $1 AND id IN (
                SELECT id FROM quarantine WHERE last_received_at < $1 ORDER BY last_received_at LIMIT $2)
            RETURNING 1)
        SELECT count(*) FROM pruned
        """,
        Time(before),
        Number(limit));

    private static NpgsqlParameter<string?[]> Texts(
        IReadOnlyList<SentQuarantine> events, Func<QuarantinedEvent, string?> text) =>
        Array(events.Select(sent => text(sent.Event)).ToArray(), NpgsqlDbType.Text);
}
