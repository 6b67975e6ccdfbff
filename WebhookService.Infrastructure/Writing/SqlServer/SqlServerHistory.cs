using System.Data;
using Microsoft.Data.SqlClient;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.SqlServer.SqlServerParameters;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Retries, conflicts and pruning on SQL Server. JSON has no bytes, so hashes are sent concatenated.</summary>
internal sealed class SqlServerHistory : IServerHistory
{
    public ServerStatement Retry(int place, IReadOnlyList<FailedRound> rounds, long instance) => new(
        $"""
        DECLARE @retried{place} bigint;
        UPDATE transactions
        SET status = 'PROCESSING', processed_at = NULL, failure_reason = NULL, earlier_attempts = transactions.attempts
        FROM OPENJSON(@rounds{place}) WITH (id varchar(64), attempts int) AS round
        WHERE transactions.transaction_id = round.id {Exact} AND transactions.attempts = round.attempts
            AND transactions.status = 'FAILED' AND transactions.content_hash IS NULL;
        SET @retried{place} = @@ROWCOUNT;
        UPDATE totals SET retried = retried + @retried{place} WHERE instance_id = @instance{place};
        SELECT @retried{place}
        """,
        Json($"@rounds{place}", JsonList.Of(rounds)),
        Number($"@instance{place}", instance));

    public ServerStatement RecordConflicts(
        int place, IReadOnlyList<SentConflict> conflicts, int kept, long instance) => new(
        $"""
        DECLARE @sent{place} TABLE (
            sequence bigint, hash varbinary(32), source nvarchar(128), destination nvarchar(128),
            amount decimal(18, 2), currency char(3), received_at datetimeoffset(6), times int);
        INSERT INTO @sent{place}
        SELECT t.sequence, {Hash(place)}, sent.source, sent.destination, sent.amount, sent.currency, sent.received_at,
            sent.times
        FROM OPENJSON(@conflicts{place}) WITH (
            n int, id varchar(64), source nvarchar(128), destination nvarchar(128), amount decimal(18, 2),
            currency char(3), received_at datetimeoffset(6), times int) AS sent
        JOIN transactions AS t ON t.transaction_id = sent.id {Exact};
        UPDATE totals SET conflicts = conflicts + (SELECT COALESCE(SUM(times), 0) FROM @sent{place})
        WHERE instance_id = @instance{place};
        UPDATE known SET last_received_at = sent.received_at, times = known.times + sent.times
        FROM conflicts AS known
        JOIN @sent{place} AS sent ON known.sequence = sent.sequence AND known.content_hash = sent.hash;
        INSERT INTO conflicts (
            sequence, content_hash, source_account, destination_account, amount, currency, first_received_at,
            last_received_at, times)
        SELECT sequence, hash, source, destination, amount, currency, received_at, received_at, times
        FROM (
            SELECT *, (SELECT COUNT(*) FROM conflicts AS kept WHERE kept.sequence = sent.sequence)
                + ROW_NUMBER() OVER (PARTITION BY sequence ORDER BY received_at, hash) AS place
            FROM @sent{place} AS sent
            WHERE NOT EXISTS (
                SELECT 1 FROM conflicts AS same
                WHERE same.sequence = sent.sequence AND same.content_hash = sent.hash)) AS new
        WHERE place <= @kept{place};
        SELECT COUNT(*) FROM @sent{place}
        """,
        Json($"@conflicts{place}", JsonList.Of(conflicts)),
        Hashes(place, conflicts.Select(sent => sent.Hash)),
        Number($"@kept{place}", kept),
        Number($"@instance{place}", instance));

    public ServerStatement PruneContent(int place, IReadOnlyList<PrunedContent> rows) => new(
        $"""
        DECLARE @pruned{place} TABLE (sequence bigint);
        UPDATE transactions
        SET source_account = '', destination_account = '', amount = 0, currency = '', failure_reason = NULL,
            content_hash = {Hash(place)}
        OUTPUT inserted.sequence INTO @pruned{place}
        FROM OPENJSON(@rows{place}) WITH (n int, sequence bigint) AS sent
        WHERE transactions.sequence = sent.sequence AND transactions.processed_at IS NOT NULL
            AND transactions.content_hash IS NULL;
        DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM @pruned{place});
        DELETE FROM conflicts WHERE sequence IN (SELECT sequence FROM @pruned{place});
        SELECT COUNT(*) FROM @pruned{place}
        """,
        Json($"@rows{place}", JsonList.Of(rows)),
        Hashes(place, rows.Select(row => row.Hash)));

    public ServerStatement PruneAttempts(int place, IReadOnlyList<long> sequences, DateTimeOffset before) => new(
        $"""
        DELETE FROM attempts
        WHERE started_at < @before{place} AND sequence IN (
            SELECT sent.sequence FROM OPENJSON(@sequences{place}) WITH (sequence bigint '$') AS sent);
        SELECT @@ROWCOUNT
        """,
        Json($"@sequences{place}", JsonList.Of(sequences)),
        Time($"@before{place}", before));

    private static string Hash(int place) =>
        $"CONVERT(varbinary(32), SUBSTRING(@hashes{place}, sent.n * 32 + 1, 32))";

    private static SqlParameter Hashes(int place, IEnumerable<byte[]> hashes) =>
        new($"@hashes{place}", SqlDbType.VarBinary, size: -1) { Value = hashes.SelectMany(hash => hash).ToArray() };
}
