using System.Data.Common;
using NpgsqlTypes;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.PostgreSql.PostgreSqlParameters;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>The statement that inserts rows, and that inserts their events when one has any.</summary>
internal static class PostgreSqlAdd
{
    private const string Rows = """
        WITH added AS (
            INSERT INTO transactions (
                transaction_id, source_account, destination_account, amount, currency, created_at, claimed_by,
                trace_parent, source, status, attempts)
            SELECT sent.*, 'PROCESSING', 0 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS sent
            ON CONFLICT (transaction_id) DO NOTHING
            RETURNING transaction_id, sequence),
        counted AS (
            INSERT INTO tallies AS own (instance_id, heartbeat, accepted)
            SELECT instance_id, heartbeats, (SELECT count(*) FROM added) FROM totals WHERE instance_id = $10
            ON CONFLICT (instance_id, heartbeat) DO UPDATE SET accepted = own.accepted + excluded.accepted)
        """;

    private const string Events = """
        , kept AS (
            INSERT INTO events (sequence, event_type, event_id, occurred_at, content_type, body)
            SELECT added.sequence, sent.event_type, sent.event_id, sent.occurred_at, sent.content_type, sent.body
            FROM unnest($11, $12, $13, $14, $15, $16) AS sent (
                id, event_type, event_id, occurred_at, content_type, body)
            JOIN added ON added.transaction_id = sent.id)
        """;

    private const string Ids = " SELECT transaction_id FROM added";

    public static ServerStatement Statement(IReadOnlyList<AddRequest> rows, long instance)
    {
        var count = rows.Count;
        var (ids, sources, destinations) = (new string[count], new string[count], new string[count]);
        var (amounts, currencies) = (new decimal[count], new string[count]);
        var (times, claims, traces) = (new DateTime[count], new long?[count], new string?[count]);
        var names = new string?[count];
        var events = 0;
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
            traces[i] = transaction.TraceParent;
            names[i] = transaction.Source;
            events += rows[i].Event is null ? 0 : 1;
        }

        return new ServerStatement(
            events == 0 ? Rows + Ids : Rows + Events + Ids,
            [
                Array(ids, NpgsqlDbType.Text),
                Array(sources, NpgsqlDbType.Text),
                Array(destinations, NpgsqlDbType.Text),
                Array(amounts, NpgsqlDbType.Numeric),
                Array(currencies, NpgsqlDbType.Text),
                Array(times, NpgsqlDbType.TimestampTz),
                Array(claims, NpgsqlDbType.Bigint),
                Array(traces, NpgsqlDbType.Text),
                Array(names, NpgsqlDbType.Text),
                Number(instance),
                .. events == 0 ? System.Array.Empty<DbParameter>() : EventParameters(rows),
            ]);
    }

    private static DbParameter[] EventParameters(IReadOnlyList<AddRequest> rows)
    {
        AddRequest[] sent = [.. rows.Where(row => row.Event is not null)];
        SourceEvent[] events = [.. sent.Select(row => row.Event!)];
        return
        [
            Array(sent.Select(row => row.Transaction.TransactionId).ToArray(), NpgsqlDbType.Text),
            Array(events.Select(received => received.Type).ToArray(), NpgsqlDbType.Text),
            Array(events.Select(received => received.Id).ToArray(), NpgsqlDbType.Text),
            Times(events.Select(received => received.OccurredAt)),
            Array(events.Select(received => received.Payload?.ContentType).ToArray(), NpgsqlDbType.Text),
            Array(events.Select(received => received.Payload?.Body.ToArray()).ToArray(), NpgsqlDbType.Bytea),
        ];
    }
}
