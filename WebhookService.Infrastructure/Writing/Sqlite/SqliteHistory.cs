using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Attempts, conflicts and totals, written in the transactions that change the rows.</summary>
internal sealed class SqliteHistory(sqlite3 db, RetentionOptions options) : IDisposable
{
    private readonly SqliteStatement _recordAttempt = new(db, """
        INSERT INTO attempts (sequence, number, started_at, duration_ms, outcome, http_status, detail, instance_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """);

    private readonly SqliteStatement _findAttempt = new(db, """
        SELECT count(*) FROM transactions AS t
        WHERE transaction_id = ?1 AND ((succeeded_start = ?2 AND claimed_by = ?4 AND claim = ?5) OR EXISTS (
            SELECT 1 FROM attempts
            WHERE sequence = t.sequence AND started_at = ?2 AND duration_ms = ?3 AND instance_id = ?4))
        """);

    private readonly SqliteStatement _dropAttempts = new(db, """
        DELETE FROM attempts WHERE sequence = ?1 AND number <= ?2
        """);

    private readonly SqliteStatement _recordConflict = new(db, """
        INSERT INTO conflicts (
            sequence, content_hash, source_account, destination_account, amount, currency, first_received_at,
            last_received_at, times)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1
        WHERE (SELECT count(*) FROM conflicts WHERE sequence = ?1 AND content_hash <> ?2) < ?8
        ON CONFLICT (sequence, content_hash) DO UPDATE
        SET last_received_at = excluded.last_received_at, times = times + 1
        """);

    private readonly SqliteStatement _count = new(db, """
        UPDATE totals SET accepted = accepted + ?1, processed = processed + ?2, failed = failed + ?3,
            retried = retried + ?4, conflicts = conflicts + ?5, dismissed = dismissed + ?6
        WHERE instance_id = 0
        """);

    private readonly SqliteStatement _pruneContent = new(db, """
        UPDATE transactions
        SET source_account = '', destination_account = '', amount = '0.00', currency = '', failure_reason = NULL,
            content_hash = ?1, claimed_by = NULL, succeeded_start = NULL, succeeded_status = NULL, note = NULL
        WHERE sequence = ?2 AND processed_at IS NOT NULL AND content_hash IS NULL
        """);

    private readonly SqliteStatement _dismissPruned = new(db, """
        UPDATE transactions SET dismissed_at = processed_at
        WHERE sequence = ?1 AND status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NULL
        """);

    private readonly SqliteStatement _dropAllAttempts = new(db, "DELETE FROM attempts WHERE sequence = ?1");

    private readonly SqliteStatement _dropConflicts = new(db, "DELETE FROM conflicts WHERE sequence = ?1");

    private readonly SqliteStatement _dropEvent = new(db, "DELETE FROM events WHERE sequence = ?1");

    private readonly SqliteStatement _pruneAttempts = new(db, """
        DELETE FROM attempts WHERE (sequence, number) IN (
            SELECT sequence, number FROM attempts WHERE started_at < ?1 ORDER BY started_at LIMIT ?2)
        """);

    private readonly Lazy<SqliteStatement> _recordAction = new(() => new SqliteStatement(db, """
        INSERT INTO audit (recorded_at, operator_name, action, target, affected, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """));

    private readonly Lazy<SqliteStatement> _dismiss = new(() => new SqliteStatement(db, """
        UPDATE transactions SET dismissed_at = ?1, dismissed_by = ?2, note = ?3
        WHERE transaction_id = ?4 AND attempts = ?5 AND status = 'FAILED' AND dismissed_at IS NULL
        """));

    private readonly Lazy<SqliteStatement> _undismiss = new(() => new SqliteStatement(db, """
        UPDATE transactions SET dismissed_at = NULL, dismissed_by = NULL, note = NULL
        WHERE transaction_id = ?1 AND attempts = ?2 AND status = 'FAILED' AND dismissed_at IS NOT NULL
        """));

    private readonly Lazy<SqliteStatement> _isDismissed = new(() => new SqliteStatement(db, """
        SELECT count(*) FROM transactions
        WHERE transaction_id = ?1 AND attempts = ?2 AND status = 'FAILED' AND dismissed_at IS NOT NULL
        """));

    private readonly Lazy<SqliteStatement> _pruneConflicts = new(() => new SqliteStatement(db, """
        DELETE FROM conflicts WHERE (sequence, content_hash) IN (
            SELECT sequence, content_hash FROM conflicts WHERE source_account = ?1 OR destination_account = ?1 LIMIT ?2)
        """));

    private readonly Lazy<SqliteStatement> _recordSample = new(() => new SqliteStatement(db, """
        INSERT INTO samples (
            grain, sampled_at, accepted, processed, failed, processing, oldest_ms, accept_p99_us)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6,
            (SELECT max(value) FROM (SELECT ?7 AS value UNION ALL
                SELECT oldest_ms FROM samples WHERE grain = ?1 - 1 AND sampled_at > ?9 AND sampled_at <= ?2)),
            (SELECT max(value) FROM (SELECT ?8 AS value UNION ALL
                SELECT accept_p99_us FROM samples WHERE grain = ?1 - 1 AND sampled_at > ?9 AND sampled_at <= ?2))
        WHERE NOT EXISTS (SELECT 1 FROM samples WHERE grain = ?1 AND sampled_at > ?10 AND sampled_at < ?11)
        """));

    private readonly Lazy<SqliteStatement> _dropSamples = new(() => new SqliteStatement(db, """
        DELETE FROM samples WHERE grain = ?1 AND sampled_at < ?2
        """));

    // The change of the number of dismissed rows in this batch.
    private int _dismissed;

    private readonly Lazy<SqliteStatement> _storeAlert = new(() => new SqliteStatement(db, """
        INSERT INTO alerts (kind, version, sent_at, held_until, since, mark) VALUES (?1, 1, ?3, ?4, ?5, ?6)
        ON CONFLICT (kind) DO UPDATE
        SET version = version + 1, sent_at = excluded.sent_at, held_until = excluded.held_until,
            since = excluded.since, mark = excluded.mark
        WHERE version = ?2
        """));

    /// <summary>Stores the state of a kind of alert; returns 0 if it has changed since its version.</summary>
    public int StoreAlert(AlertState state) => _storeAlert.Value
        .Bind(1, state.Kind)
        .Bind(2, state.Version)
        .BindOrNull(3, state.SentAt)
        .BindOrNull(4, state.HeldUntil)
        .BindOrNull(5, state.Since)
        .Bind(6, state.Mark)
        .Execute();

    /// <summary>Records an operator's action.</summary>
    public int Record(AuditEntry entry) => _recordAction.Value
        .Bind(1, entry.At)
        .BindOrNull(2, entry.By)
        .Bind(3, entry.Action)
        .BindOrNull(4, entry.Target)
        .Bind(5, entry.Count)
        .BindOrNull(6, entry.Reason)
        .Execute();

    /// <summary>Records a sample, and deletes those that are too old; returns how many it recorded.</summary>
    public int RecordSample(RecordSampleRequest sample)
    {
        var row = sample.Row;
        _dropSamples.Value.Bind(1, row.Grain).Bind(2, sample.Expired).Execute();
        return _recordSample.Value
            .Bind(1, row.Grain)
            .Bind(2, row.At)
            .Bind(3, row.Accepted)
            .Bind(4, row.Processed)
            .Bind(5, row.Failed)
            .Bind(6, row.Processing)
            .BindOrNull(7, row.Oldest)
            .BindOrNull(8, row.AcceptP99)
            .Bind(9, sample.Since)
            .Bind(10, sample.Near.After)
            .Bind(11, sample.Near.Before)
            .Execute();
    }

    /// <summary>Dismisses failed rows, or takes that back; returns how many.</summary>
    public int Dismiss(IReadOnlyList<FailedRound> rounds, Dismissal? dismissal)
    {
        var changed = rounds.Sum(round => dismissal is null
            ? _undismiss.Value.Bind(1, round.TransactionId).Bind(2, round.Attempts).Execute()
            : _dismiss.Value
                .Bind(1, dismissal.At)
                .BindOrNull(2, dismissal.By)
                .BindOrNull(3, dismissal.Note)
                .Bind(4, round.TransactionId)
                .Bind(5, round.Attempts)
                .Execute());
        _dismissed += dismissal is null ? -changed : changed;
        return changed;
    }

    /// <summary>Sets failed rows back to PROCESSING; returns how many. Their dismissals end.</summary>
    public int Retry(IReadOnlyList<FailedRound> rounds, SqliteStatement retry)
    {
        var retried = 0;
        foreach (var (id, attempts) in rounds)
        {
            var dismissed = _isDismissed.Value.Bind(1, id).Bind(2, attempts);
            _ = dismissed.Step();
            var count = (int)dismissed.Integer(0);
            dismissed.Reset();
            if (retry.Bind(1, id).Bind(2, attempts).Execute() == 1)
            {
                retried++;
                _dismissed -= count;
            }
        }

        return retried;
    }

    /// <summary>Deletes a few conflicts in which an account was sent; returns how many.</summary>
    public int PruneConflicts(string account, int limit) =>
        _pruneConflicts.Value.Bind(1, account).Bind(2, limit).Execute();

    public void RecordAttempt(long sequence, long number, Attempt attempt, long instance)
    {
        var insert = _recordAttempt
            .Bind(1, sequence)
            .Bind(2, number)
            .Bind(3, attempt.StartedAt)
            .Bind(4, (long)attempt.Duration.TotalMilliseconds)
            .Bind(5, AttemptOutcomeNames.ToName(attempt.Outcome))
            .Bind(8, instance);
        _ = attempt.HttpStatus is { } status ? insert.Bind(6, status) : insert.BindNull(6);
        insert.BindOrNull(7, attempt.Detail).Execute();
    }

    /// <summary>Deletes the oldest attempts of a row, now that it has this many.</summary>
    public void DropAttempts(long sequence, long number)
    {
        if (number > options.MaxAttempts)
        {
            _dropAttempts.Bind(1, sequence).Bind(2, number - options.MaxAttempts).Execute();
        }
    }

    /// <summary>Whether a completion was written before, by a commit whose answer was lost.</summary>
    public bool HasAttempt(Completion completion, long instance)
    {
        var find = _findAttempt
            .Bind(1, completion.TransactionId)
            .Bind(2, completion.Attempt.StartedAt)
            .Bind(3, (long)completion.Attempt.Duration.TotalMilliseconds)
            .Bind(4, instance)
            .Bind(5, completion.Claim);
        _ = find.Step();
        var count = find.Integer(0);
        find.Reset();
        return count > 0;
    }

    public void RecordConflict(long sequence, Transaction sent) => _recordConflict
        .Bind(1, sequence)
        .Bind(2, (ReadOnlySpan<byte>)ContentHash.Of(sent))
        .Bind(3, sent.SourceAccount)
        .Bind(4, sent.DestinationAccount)
        .Bind(5, sent.Amount)
        .Bind(6, sent.Currency)
        .Bind(7, sent.CreatedAt)
        .Bind(8, options.MaxConflicts)
        .Execute();

    /// <summary>A batch begins.</summary>
    public void Begin() => _dismissed = 0;

    /// <summary>Adds the batch to the totals. Call it last.</summary>
    public void Count(WriteBatch batch)
    {
        var (accepted, conflicts, processed, failed, retried) = (0, 0, 0, 0, 0);
        foreach (var add in batch.Adds)
        {
            accepted += add.Outcome == AddOutcome.Added ? 1 : 0;
            conflicts += add.Outcome == AddOutcome.Conflict ? 1 : 0;
        }

        foreach (var request in batch.Others)
        {
            if (request is CompleteRequest { Outcome: TransitionOutcome.Applied } complete)
            {
                processed += complete.Completion.Status == TransactionStatus.Processed ? 1 : 0;
                failed += complete.Completion.Status == TransactionStatus.Failed ? 1 : 0;
            }

            retried += request is RetryRequest retry ? retry.Outcome : 0;
        }

        if ((accepted + conflicts + processed + failed + retried > 0 || _dismissed != 0)
            && _count.Bind(1, accepted).Bind(2, processed).Bind(3, failed).Bind(4, retried).Bind(5, conflicts)
                .Bind(6, _dismissed).Execute() == 0)
        {
            throw new CommitFailedException(
                CommitFault.Rejected,
                "The row of totals is missing, so nothing can be counted; see the check command.");
        }
    }

    public int PruneContent(IEnumerable<PrunedContent> rows)
    {
        var pruned = 0;
        foreach (var (_, sequence, hash) in rows)
        {
            _dismissed += _dismissPruned.Bind(1, sequence).Execute();
            if (_pruneContent.Bind(1, (ReadOnlySpan<byte>)hash).Bind(2, sequence).Execute() == 1)
            {
                _dropAllAttempts.Bind(1, sequence).Execute();
                _dropConflicts.Bind(1, sequence).Execute();
                _dropEvent.Bind(1, sequence).Execute();
                pruned++;
            }
        }

        return pruned;
    }

    public int PruneAttempts(DateTimeOffset before, int limit) =>
        _pruneAttempts.Bind(1, before).Bind(2, limit).Execute();

    public void Dispose()
    {
        SqliteStatement[] all =
        [
            _recordAttempt, _findAttempt, _dropAttempts, _recordConflict, _count, _pruneContent, _dismissPruned,
            _dropAllAttempts, _dropConflicts, _dropEvent, _pruneAttempts,
        ];
        Array.ForEach(all, statement => statement.Dispose());
        Lazy<SqliteStatement>[] lazy =
        [
            _recordAction, _dismiss, _undismiss, _isDismissed, _pruneConflicts, _recordSample, _dropSamples,
            _storeAlert,
        ];
        foreach (var rare in lazy)
        {
            if (rare.IsValueCreated)
            {
                rare.Value.Dispose();
            }
        }
    }
}
