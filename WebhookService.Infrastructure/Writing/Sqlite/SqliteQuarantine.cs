using SQLitePCL;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Writes to the quarantine. It is rarely used, so its statements are prepared at the first use.</summary>
internal sealed class SqliteQuarantine(sqlite3 db, QuarantineOptions options) : IDisposable
{
    private readonly Lazy<SqliteStatement> _repeat = new(() => new SqliteStatement(db, """
        UPDATE quarantine SET times = times + 1, last_received_at = max(last_received_at, ?3)
        WHERE source = ?1 AND event_key = ?2
        """));

    private readonly Lazy<SqliteStatement> _insert = new(() => new SqliteStatement(db, """
        INSERT INTO quarantine (
            source, event_key, received_at, last_received_at, reason, event_type, event_id, headers, content_type, body,
            times)
        SELECT ?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1
        WHERE (SELECT count(*) FROM quarantine) < ?10
        """));

    private readonly Lazy<SqliteStatement> _remove = new(() => new SqliteStatement(
        db, "DELETE FROM quarantine WHERE id = ?1"));

    private readonly Lazy<SqliteStatement> _prune = new(() => new SqliteStatement(db, """
        DELETE FROM quarantine
        WHERE id IN (
            SELECT id FROM quarantine WHERE last_received_at < ?1 ORDER BY last_received_at LIMIT ?2)
        """));

    public QuarantineOutcome Add(QuarantinedEvent received)
    {
        if (_repeat.Value
            .Bind(1, received.Source)
            .Bind(2, (ReadOnlySpan<byte>)received.Key)
            .Bind(3, received.ReceivedAt)
            .Execute() == 1)
        {
            return QuarantineOutcome.Repeated;
        }

        return _insert.Value
            .Bind(1, received.Source)
            .Bind(2, (ReadOnlySpan<byte>)received.Key)
            .Bind(3, received.ReceivedAt)
            .Bind(4, received.Reason)
            .BindOrNull(5, received.Type)
            .BindOrNull(6, received.EventId)
            .Bind(7, received.Headers)
            .BindOrNull(8, received.Payload.ContentType)
            .Bind(9, received.Payload.Body.Span)
            .Bind(10, options.MaxRows)
            .Execute() == 1 ? QuarantineOutcome.Quarantined : QuarantineOutcome.Full;
    }

    public int Remove(long id) => _remove.Value.Bind(1, id).Execute();

    public int Prune(DateTimeOffset before, int limit) => _prune.Value.Bind(1, before).Bind(2, limit).Execute();

    public void Dispose()
    {
        foreach (var statement in new[] { _repeat, _insert, _remove, _prune })
        {
            if (statement.IsValueCreated)
            {
                statement.Value.Dispose();
            }
        }
    }
}
