namespace WebhookService.Infrastructure.Administration;

/// <summary>The invariants between rows: each query returns a line for each violation.</summary>
internal static class InvariantQueries
{
    public static readonly (string Name, string Sql)[] All =
    [
        ("the index of ids", """
            SELECT 'the unique index on transaction_id is missing' WHERE NOT EXISTS (
                SELECT 1 FROM pragma_index_list('transactions')
                WHERE name = 'ux_transactions_transaction_id' AND "unique" AND NOT partial)
            """),
        ("the state of a copy", """
            SELECT 'it holds an unfinished copy; run the copy command again until it is complete'
            FROM sqlite_schema WHERE name = 'unfinished_copy'
            """),
        ("ids", """
            SELECT count(*) || ' rows have the id ' || quote(transaction_id) FROM transactions
            GROUP BY transaction_id HAVING count(*) > 1
            """),
        ("attempts", """
            SELECT 'attempt ' || a.number || ' of sequence ' || a.sequence || ': ' || CASE
                WHEN t.sequence IS NULL THEN 'there is no such transaction'
                WHEN t.content_hash IS NOT NULL THEN 'its transaction is pruned'
                WHEN a.number NOT BETWEEN 1 AND t.attempts THEN 'the attempt count of its transaction is ' || t.attempts
                WHEN a.outcome NOT IN ('SUCCEEDED', 'FAULTED', 'REJECTED') THEN 'its outcome is ' || quote(a.outcome)
                ELSE 'its time or duration is invalid' END
            FROM attempts a LEFT JOIN transactions t ON t.sequence = a.sequence
            WHERE t.sequence IS NULL OR t.content_hash IS NOT NULL OR a.number NOT BETWEEN 1 AND t.attempts
                OR a.outcome NOT IN ('SUCCEEDED', 'FAULTED', 'REJECTED')
                OR typeof(a.started_at) <> 'integer' OR typeof(a.duration_ms) <> 'integer' OR a.duration_ms < 0
            """),
        ("conflicts", """
            SELECT 'a conflict of sequence ' || c.sequence || ': ' || CASE
                WHEN t.sequence IS NULL THEN 'there is no such transaction'
                WHEN t.content_hash IS NOT NULL THEN 'its transaction is pruned'
                WHEN length(c.content_hash) <> 32 THEN 'its hash is invalid'
                WHEN c.times < 1 THEN 'it was received ' || c.times || ' times'
                ELSE 'its amount is ' || quote(c.amount) END
            FROM conflicts c LEFT JOIN transactions t ON t.sequence = c.sequence
            WHERE t.sequence IS NULL OR t.content_hash IS NOT NULL OR length(c.content_hash) <> 32 OR c.times < 1
                OR c.amount NOT GLOB '*[0-9].[0-9][0-9]' OR c.amount GLOB '*[^0-9.]*' OR c.amount GLOB '*.*.*'
            """),
        ("events", """
            SELECT 'the event of sequence ' || e.sequence || ': ' || CASE
                WHEN t.sequence IS NULL THEN 'there is no such transaction'
                WHEN t.content_hash IS NOT NULL THEN 'its transaction is pruned'
                WHEN t.source IS NULL THEN 'its transaction has no source'
                ELSE 'its time or body is invalid' END
            FROM events e LEFT JOIN transactions t ON t.sequence = e.sequence
            WHERE t.sequence IS NULL OR t.content_hash IS NOT NULL OR t.source IS NULL
                OR typeof(e.occurred_at) NOT IN ('integer', 'null') OR typeof(e.body) NOT IN ('blob', 'null')
            """),
        ("the quarantine", """
            SELECT 'event ' || id || ' in quarantine: ' || CASE
                WHEN length(event_key) <> 32 THEN 'its key is invalid'
                WHEN times < 1 THEN 'it was received ' || times || ' times'
                ELSE 'its time or body is invalid' END
            FROM quarantine
            WHERE length(event_key) <> 32 OR times < 1 OR typeof(received_at) <> 'integer'
                OR typeof(last_received_at) <> 'integer' OR typeof(body) <> 'blob'
            """),
        ("totals", """
            WITH stored (accepted, processed, failed, conflicts, dismissed) AS (
                SELECT count(*), coalesce(sum(status = 'PROCESSED'), 0), coalesce(sum(status = 'FAILED'), 0),
                    (SELECT coalesce(sum(times), 0) FROM conflicts), count(dismissed_at)
                FROM transactions),
            told (accepted, processed, failed, conflicts, dismissed) AS (
                SELECT coalesce(sum(accepted), 0), coalesce(sum(processed), 0),
                    coalesce(sum(failed), 0) - coalesce(sum(retried), 0), coalesce(sum(conflicts), 0),
                    coalesce(sum(dismissed), 0)
                FROM totals)
            SELECT 'totals say ' || told.accepted || ' accepted; there are ' || stored.accepted FROM stored, told
            WHERE told.accepted <> stored.accepted
            UNION ALL
            SELECT 'totals say ' || told.processed || ' processed; there are ' || stored.processed FROM stored, told
            WHERE told.processed <> stored.processed
            UNION ALL
            SELECT 'totals say ' || told.failed || ' failed and not retried; there are ' || stored.failed
            FROM stored, told WHERE told.failed <> stored.failed
            UNION ALL
            SELECT 'totals say ' || told.dismissed || ' dismissed; there are ' || stored.dismissed FROM stored, told
            WHERE told.dismissed <> stored.dismissed
            UNION ALL
            SELECT 'totals say ' || told.conflicts || ' conflicts; there are ' || stored.conflicts FROM stored, told
            WHERE told.conflicts < stored.conflicts
            """),
    ];
}
