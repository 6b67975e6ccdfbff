using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.SqlServer.SqlServerParameters;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Retries, dismissals, conflicts, pruning and operations on SQL Server.</summary>
/// <remarks>JSON has no bytes, so hashes are sent concatenated.</remarks>
internal sealed class SqlServerHistory : IServerHistory
{
    public ServerStatement Retry(int index, IReadOnlyList<FailedRound> rounds, long instance) => new(
        $"""
        DECLARE @retried{index} TABLE (dismissed_at datetimeoffset(6));
        UPDATE transactions
        SET status = 'PROCESSING', processed_at = NULL, failure_reason = NULL, earlier_attempts = transactions.attempts,
            dismissed_at = NULL, dismissed_by = NULL, note = NULL
        OUTPUT deleted.dismissed_at INTO @retried{index}
        FROM OPENJSON(@rounds{index}) WITH (id varchar(64), attempts int) AS round
        JOIN transactions WITH (ROWLOCK, FORCESEEK)
            ON transactions.transaction_id = round.id {Exact} AND transactions.attempts = round.attempts
        WHERE transactions.status = 'FAILED' AND transactions.content_hash IS NULL;
        UPDATE totals
        SET retried = retried + (SELECT COUNT(*) FROM @retried{index}),
            dismissed = dismissed - (SELECT COUNT(r.dismissed_at) FROM @retried{index} AS r)
        WHERE instance_id = @instance{index};
        SELECT COUNT(*) FROM @retried{index}
        """,
        Json($"@rounds{index}", JsonList.Of(rounds)),
        Number($"@instance{index}", instance));

    public ServerStatement Dismiss(
        int index, IReadOnlyList<FailedRound> rounds, Dismissal? dismissal, long instance) => new(
        $"""
        DECLARE @dismissed{index} bigint;
        UPDATE transactions SET dismissed_at = @at{index}, dismissed_by = @operator{index}, note = @note{index}
        FROM OPENJSON(@rounds{index}) WITH (id varchar(64), attempts int) AS round
        JOIN transactions WITH (ROWLOCK, FORCESEEK)
            ON transactions.transaction_id = round.id {Exact} AND transactions.attempts = round.attempts
        WHERE transactions.status = 'FAILED'
            AND transactions.dismissed_at IS {(dismissal is null ? "NOT NULL" : "NULL")};
        SET @dismissed{index} = @@ROWCOUNT;
        UPDATE totals SET dismissed = dismissed {(dismissal is null ? "-" : "+")} @dismissed{index}
        WHERE instance_id = @instance{index};
        SELECT @dismissed{index}
        """,
        Json($"@rounds{index}", JsonList.Of(rounds)),
        TimeOrNull($"@at{index}", dismissal?.At),
        Text($"@operator{index}", dismissal?.By, AuditEntry.MaxOperatorLength),
        Text($"@note{index}", dismissal?.Note, AuditEntry.MaxReasonLength),
        Number($"@instance{index}", instance));

    public ServerStatement RecordConflicts(
        int index, IReadOnlyList<SentConflict> conflicts, int kept, long instance) => new(
        $"""
        DECLARE @sent{index} TABLE (
            sequence bigint, hash varbinary(32), source nvarchar(128), destination nvarchar(128),
            amount decimal(18, 2), currency char(3), received_at datetimeoffset(6), times int, is_pruned bit);
        INSERT INTO @sent{index}
        SELECT t.sequence, {Hash(index, "sent.n")}, sent.source, sent.destination, sent.amount, sent.currency,
            sent.received_at, sent.times, CASE WHEN t.content_hash IS NULL THEN 0 ELSE 1 END
        FROM OPENJSON(@conflicts{index}) WITH (
            n int, id varchar(64), source nvarchar(128), destination nvarchar(128), amount decimal(18, 2),
            currency char(3), received_at datetimeoffset(6), times int) AS sent
        JOIN transactions AS t ON t.transaction_id = sent.id {Exact};
        UPDATE totals SET conflicts = conflicts + (SELECT COALESCE(SUM(times), 0) FROM @sent{index})
        WHERE instance_id = @instance{index};
        UPDATE known SET last_received_at = sent.received_at, times = known.times + sent.times
        FROM conflicts AS known
        JOIN @sent{index} AS sent ON known.sequence = sent.sequence AND known.content_hash = sent.hash;
        INSERT INTO conflicts (
            sequence, content_hash, source_account, destination_account, amount, currency, first_received_at,
            last_received_at, times)
        SELECT sequence, hash, source, destination, amount, currency, received_at, received_at, times
        FROM (
            SELECT *, (SELECT COUNT(*) FROM conflicts AS kept WHERE kept.sequence = sent.sequence)
                + ROW_NUMBER() OVER (PARTITION BY sequence ORDER BY received_at, hash) AS ordinal
            FROM @sent{index} AS sent
            WHERE sent.is_pruned = 0 AND NOT EXISTS (
                SELECT 1 FROM conflicts AS same
                WHERE same.sequence = sent.sequence AND same.content_hash = sent.hash)) AS new
        WHERE ordinal <= @kept{index};
        SELECT COUNT(*) FROM @sent{index}
        """,
        Json($"@conflicts{index}", JsonList.Of(conflicts)),
        Bytes($"@hashes{index}", conflicts.Select(sent => (ReadOnlyMemory<byte>)sent.Hash)),
        Number($"@kept{index}", kept),
        Number($"@instance{index}", instance));

    public ServerStatement PruneContent(int index, IReadOnlyList<PrunedContent> rows, long instance) => new(
        $"""
        DECLARE @pruned{index} TABLE (sequence bigint, hash varbinary(32), dismissed_at datetimeoffset(6));
        INSERT INTO @pruned{index}
        SELECT t.sequence, {Hash(index, "sent.n")},
            CASE WHEN t.status = 'FAILED' AND t.dismissed_at IS NULL THEN t.processed_at END
        FROM OPENJSON(@rows{index}) WITH (n int, sequence bigint) AS sent
        JOIN transactions AS t WITH (UPDLOCK, ROWLOCK, FORCESEEK) ON t.sequence = sent.sequence
        WHERE t.processed_at IS NOT NULL AND t.content_hash IS NULL;
        UPDATE transactions
        SET source_account = '', destination_account = '', amount = 0, currency = '', failure_reason = NULL,
            content_hash = pruned.hash, claimed_by = NULL, succeeded_start = NULL, succeeded_status = NULL,
            note = NULL, dismissed_at = COALESCE(pruned.dismissed_at, transactions.dismissed_at)
        FROM @pruned{index} AS pruned
        JOIN transactions WITH (ROWLOCK, FORCESEEK) ON transactions.sequence = pruned.sequence;
        UPDATE totals SET dismissed = dismissed + (SELECT COUNT(p.dismissed_at) FROM @pruned{index} AS p)
        WHERE instance_id = @instance{index};
        DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM @pruned{index});
        DELETE FROM conflicts WHERE sequence IN (SELECT sequence FROM @pruned{index});
        DELETE FROM events WHERE sequence IN (SELECT sequence FROM @pruned{index});
        SELECT COUNT(*) FROM @pruned{index}
        """,
        Json($"@rows{index}", JsonList.Of(rows)),
        Bytes($"@hashes{index}", rows.Select(row => (ReadOnlyMemory<byte>)row.Hash)),
        Number($"@instance{index}", instance));

    public ServerStatement PruneAttempts(int index, DateTimeOffset before, int limit) => new(
        $"""
        DELETE TOP (@limit{index}) FROM attempts WHERE started_at < @before{index};
        SELECT @@ROWCOUNT
        """,
        Time($"@before{index}", before),
        Number($"@limit{index}", limit));

    // The character that is appended tells apart accounts that differ only in trailing spaces.
    public ServerStatement PruneConflicts(int index, string account, int limit) => new(
        $"""
        DELETE TOP (@limit{index}) FROM conflicts
        WHERE source_account + '.' = @account{index} + '.' {Exact}
            OR destination_account + '.' = @account{index} + '.' {Exact};
        SELECT @@ROWCOUNT
        """,
        Text($"@account{index}", account, SqlServerWebhookDbContext.MaxAccountUnits),
        Number($"@limit{index}", limit));

    public ServerStatement Record(int index, AuditEntry entry) => new(
        $"""
        INSERT INTO audit (recorded_at, operator_name, action, target, affected, reason)
        VALUES (@at{index}, @operator{index}, @action{index}, @target{index}, @affected{index}, @reason{index});
        SELECT @@ROWCOUNT
        """,
        Time($"@at{index}", entry.At),
        Text($"@operator{index}", entry.By, AuditEntry.MaxOperatorLength),
        Text($"@action{index}", entry.Action, AuditActions.MaxLength),
        Text($"@target{index}", entry.Target, AuditEntry.MaxTargetLength),
        Number($"@affected{index}", entry.Count),
        Text($"@reason{index}", entry.Reason, AuditEntry.MaxReasonLength));

    // A row that another instance is just writing is skipped, not waited for, so that no two wait for each other. With
    // READ_COMMITTED_SNAPSHOT, a query without locks may not skip rows. Spans are in the text, since they never change,
    // and a round trip has few parameters.
    public ServerStatement RecordSample(int index, RecordSampleRequest sample) => new(
        $"""
        DELETE FROM samples WITH (UPDLOCK, READPAST, ROWLOCK)
        WHERE grain = {sample.Row.Grain} AND sampled_at < DATEADD(second, -{Seconds(sample.Grain.Age)}, @at{index});
        INSERT INTO samples (grain, sampled_at, accepted, processed, failed, processing, oldest_ms, accept_p99_us)
        SELECT {sample.Row.Grain}, @at{index}, @accepted{index}, @processed{index}, @failed{index},
            @processing{index}, MAX(value.oldest_ms), MAX(value.accept_p99_us)
        FROM (
            SELECT @oldest{index} AS oldest_ms, @p99{index} AS accept_p99_us
            UNION ALL
            SELECT oldest_ms, accept_p99_us FROM samples WITH (READPAST, READCOMMITTEDLOCK)
            WHERE grain = {sample.Row.Grain - 1} AND sampled_at <= @at{index}
                AND sampled_at > DATEADD(second, -{Seconds(sample.Grain.Interval)}, @at{index})) AS value
        HAVING NOT EXISTS (
            SELECT 1 FROM samples WITH (READPAST, READCOMMITTEDLOCK)
            WHERE grain = {sample.Row.Grain}
                AND sampled_at > DATEADD(second, -{Seconds(sample.Grain.Distance)}, @at{index})
                AND sampled_at < DATEADD(second, {Seconds(sample.Grain.Distance)}, @at{index}));
        SELECT @@ROWCOUNT
        """,
        Time($"@at{index}", sample.Row.At),
        Number($"@accepted{index}", sample.Row.Accepted),
        Number($"@processed{index}", sample.Row.Processed),
        Number($"@failed{index}", sample.Row.Failed),
        Number($"@processing{index}", sample.Row.Processing),
        NumberOrNull($"@oldest{index}", sample.Row.Oldest),
        NumberOrNull($"@p99{index}", sample.Row.AcceptP99));

    private static int Seconds(TimeSpan span) => (int)span.TotalSeconds;

    public ServerStatement StoreAlert(int index, AlertState state) => new(
        $"""
        UPDATE alerts WITH (ROWLOCK, HOLDLOCK)
        SET version = version + 1, sent_at = @sent{index}, held_until = @held{index}, since = @since{index},
            mark = @mark{index}
        WHERE kind = @kind{index} AND version = @version{index};
        IF @@ROWCOUNT = 1
            SELECT 1
        ELSE
        BEGIN
            INSERT INTO alerts (kind, version, sent_at, held_until, since, mark)
            SELECT @kind{index}, 1, @sent{index}, @held{index}, @since{index}, @mark{index}
            WHERE NOT EXISTS (SELECT 1 FROM alerts WITH (UPDLOCK, HOLDLOCK) WHERE kind = @kind{index});
            SELECT @@ROWCOUNT
        END
        """,
        Text($"@kind{index}", state.Kind, AlertState.MaxKindLength),
        Number($"@version{index}", state.Version),
        TimeOrNull($"@sent{index}", state.SentAt),
        TimeOrNull($"@held{index}", state.HeldUntil),
        TimeOrNull($"@since{index}", state.Since),
        Number($"@mark{index}", state.Mark));
}
