using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.SqlServer.SqlServerParameters;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>The quarantine on SQL Server. JSON has no bytes, so keys and bodies are sent concatenated.</summary>
internal sealed class SqlServerQuarantine : IServerQuarantine
{
    // As in SqlServerDialect.Add, the unique key decides between two instances that find the same event missing.
    public ServerStatement Add(int index, IReadOnlyList<SentQuarantine> events, int maxRows) => new(
        $"""
        DECLARE @sent{index} TABLE (
            n int, source varchar(32), event_key varbinary(32), received_at datetimeoffset(6),
            last_received_at datetimeoffset(6), reason nvarchar(500), event_type nvarchar(200), event_id nvarchar(200),
            times int, headers nvarchar(max), content_type nvarchar(200), body_start bigint, body_length bigint,
            known_id bigint);
        INSERT INTO @sent{index}
        SELECT e.n, e.source, {Hash(index, "e.n")}, e.received_at, e.last_received_at, e.reason, e.event_type,
            e.event_id, e.times, e.headers, e.content_type, e.body_start, e.body_length, stored.id
        FROM OPENJSON(@events{index}) WITH (
            n int, source varchar(32), received_at datetimeoffset(6), last_received_at datetimeoffset(6),
            reason nvarchar(500), event_type nvarchar(200), event_id nvarchar(200), times int, headers nvarchar(max),
            content_type nvarchar(200), body_start bigint, body_length bigint) AS e
        LEFT JOIN quarantine AS stored WITH (UPDLOCK, ROWLOCK, FORCESEEK)
            ON stored.source = e.source AND stored.event_key = {Hash(index, "e.n")};
        UPDATE quarantine
        SET last_received_at = CASE
                WHEN sent.last_received_at > quarantine.last_received_at THEN sent.last_received_at
                ELSE quarantine.last_received_at END,
            times = quarantine.times + sent.times
        FROM @sent{index} AS sent JOIN quarantine WITH (ROWLOCK, FORCESEEK) ON quarantine.id = sent.known_id;
        DECLARE @room{index} bigint = @max{index} - (SELECT COUNT_BIG(*) FROM quarantine);
        INSERT INTO quarantine (
            source, event_key, received_at, last_received_at, reason, event_type, event_id, times, headers,
            content_type, body)
        SELECT source, event_key, received_at, last_received_at, reason, event_type, event_id, times, headers,
            content_type, {Body(index, "new")}
        FROM (
            SELECT *, ROW_NUMBER() OVER (ORDER BY n) AS ordinal FROM @sent{index} AS sent
            WHERE sent.known_id IS NULL) AS new
        WHERE ordinal <= @room{index};
        SELECT sent.n, CAST(CASE WHEN sent.known_id IS NULL THEN 1 ELSE 0 END AS bit)
        FROM @sent{index} AS sent
        JOIN quarantine AS stored ON stored.source = sent.source AND stored.event_key = sent.event_key
        """,
        Json($"@events{index}", JsonEvents.Of(events)),
        Bytes($"@hashes{index}", events.Select(sent => (ReadOnlyMemory<byte>)sent.Event.Key)),
        Bytes($"@bodies{index}", events.Select(sent => sent.Event.Payload.Body)),
        Number($"@max{index}", maxRows));

    public ServerStatement Remove(int index, long id) => new(
        $"""
        DELETE FROM quarantine WHERE id = @id{index};
        SELECT @@ROWCOUNT
        """,
        Number($"@id{index}", id));

    public ServerStatement Prune(int index, DateTimeOffset before, int limit) => new(
        $"""
        DELETE FROM quarantine
        WHERE last_received_at < @before{index} AND id IN (
            SELECT TOP (@limit{index}) id FROM quarantine WHERE last_received_at < @before{index}
            ORDER BY last_received_at);
        SELECT @@ROWCOUNT
        """,
        Time($"@before{index}", before),
        Number($"@limit{index}", limit));
}
