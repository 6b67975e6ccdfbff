using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// The only connection that writes to the SQLite file. WAL with <c>synchronous=FULL</c>: a commit is an fsync.
/// </summary>
internal sealed class SqliteBatchWriter(
    string path, StoreLimits limits, TimeProvider clock, ILogger<SqliteBatchWriter> logger) : IBatchWriter
{
    // Room for the upper pages of the indexes of ten million rows. A larger cache costs more than it saves, since many
    // commits walk through its whole hash table; see docs/decisions/0008-cost-of-a-row.md.
    private const int CacheKibibytes = 8_192;

    private readonly SqliteLog _log = new(path, clock, logger);
    private sqlite3? _db;
    private SqliteStatements? _statements;
    private SqliteHistory? _history;
    private SqliteInsert? _insert;
    private SqliteQuarantine? _quarantine;
    private SqliteFiles? _files;
    private long _instance;

    private sqlite3 Db => _db ?? throw NotOpen();

    private SqliteStatements Statements => _statements ?? throw NotOpen();

    private SqliteHistory History => _history ?? throw NotOpen();

    private SqliteInsert Insert => _insert ?? throw NotOpen();

    private SqliteQuarantine Quarantine => _quarantine ?? throw NotOpen();

    public void Open()
    {
        // Leftovers of an attempt that failed on a full disk.
        Dispose();
        var db = _db = SqliteHandle.OpenWriter(path);
        SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, $"PRAGMA cache_size = -{CacheKibibytes}"), db);
        _statements = new SqliteStatements(db);

        // First, since an unfinished copy refuses it, and says so; it lacks indexes that the other statements need.
        RegisterInstance();
        _history = new SqliteHistory(db, limits.Retention);
        _insert = new SqliteInsert(db, _history);
        _quarantine = new SqliteQuarantine(db, limits.Quarantine);
        _files = new SqliteFiles(path);
    }

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        Statements.Begin.Execute();
        History.Begin();
        try
        {
            Add(batch, topUp);
            batch.Others.ForEach(Write);
            History.Count(batch);
            Statements.Commit.Execute();
        }
        catch (CommitFailedException)
        {
            SqliteHandle.Rollback(Db);
            throw;
        }
        catch (Exception exception)
        {
            throw SqliteHandle.RollbackAfter(exception, Db);
        }

        _files!.RequireNames();
        _log.Look(Db);
    }

    public void Dispose()
    {
        _quarantine?.Dispose();
        _insert?.Dispose();
        _history?.Dispose();
        _statements?.Dispose();
        _db?.Dispose();
    }

    private static InvalidOperationException NotOpen() => new("The writer is not open.");

    // The file belongs to this process alone, so every other instance is dead; its claims are taken over by claiming.
    private void RegisterInstance()
    {
        Statements.Begin.Execute();
        Statements.ForgetInstances.Execute();
        Statements.Register.Bind(1, clock.GetUtcNow()).Execute();
        _instance = raw.sqlite3_last_insert_rowid(Db);
        Statements.Commit.Execute();
    }

    // A commit costs as much as dozens of rows, so it begins only when no more requests are about to arrive.
    private void Add(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        var written = 0;
        do
        {
            Insert.Add(CollectionsMarshal.AsSpan(batch.Adds)[written..], _instance);
            written = batch.Adds.Count;
        }
        while (topUp(batch));
    }

    private void Write(WriteRequest request)
    {
        switch (request)
        {
            case CompleteRequest complete:
                complete.Outcome = Complete(complete.Completion);
                break;
            case ClaimRequest claim:
                claim.Outcome = Claim(claim.After, claim.Limit);
                break;
            case ClaimDueRequest claim:
                claim.Outcome = ClaimDue(claim.Now, claim.Limit);
                break;
            case RetryRequest retry:
                retry.Outcome = History.Retry(retry.Rounds, Statements.Retry);
                break;
            case DismissRequest dismiss:
                dismiss.Outcome = History.Dismiss(dismiss.Rounds, dismiss.Dismissal);
                break;
            case PruneConflictsRequest prune:
                prune.Outcome = History.PruneConflicts(prune.Account, prune.Limit);
                break;
            case PruneContentRequest prune:
                prune.Outcome = History.PruneContent(prune.Rows);
                break;
            case PruneAttemptsRequest prune:
                prune.Outcome = History.PruneAttempts(prune.Before, prune.Limit);
                break;
            case QuarantineEventRequest quarantine:
                quarantine.Outcome = Quarantine.Add(quarantine.Event);
                break;
            case RemoveQuarantinedRequest remove:
                remove.Outcome = Quarantine.Remove(remove.Id);
                break;
            case PruneQuarantineRequest prune:
                prune.Outcome = Quarantine.Prune(prune.Before, prune.Limit);
                break;
            case AuditRequest audit:
                audit.Outcome = History.Record(audit.Entry);
                break;
            case RecordSampleRequest sample:
                sample.Outcome = History.RecordSample(sample);
                break;
            case AlertRequest alert:
                alert.Outcome = History.StoreAlert(alert.State);
                break;
            case ReleaseRequest release:
                release.Outcome = Statements.Release.Bind(1, _instance).Bind(2, release.Limit).Execute();
                break;
            case ProbeRequest probe:
                Statements.Heartbeat.Bind(1, probe.At).Bind(2, _instance).Execute();
                probe.Outcome = StoreHealth.Healthy;
                break;
            default:
                throw new ArgumentException($"Not a write: {request.GetType().Name}.", nameof(request));
        }
    }

    private TransitionOutcome Complete(Completion completion)
    {
        var succeeded = completion.Status == TransactionStatus.Processed ? completion.Attempt : null;
        var update = Statements.Complete
            .Bind(1, TransactionStatusNames.ToName(completion.Status))
            .BindOrNull(2, completion.ProcessedAt)
            .BindOrNull(3, completion.FailureReason)
            .BindOrNull(4, completion.NextAttemptAt)
            .Bind(5, completion.TransactionId)
            .Bind(6, _instance)
            .Bind(7, completion.Claim)
            .BindOrNull(8, succeeded?.StartedAt);
        _ = succeeded?.HttpStatus is { } httpStatus ? update.Bind(9, httpStatus) : update.BindNull(9);
        if (!update.Step())
        {
            return History.HasAttempt(completion, _instance)
                ? TransitionOutcome.Repeated
                : TransitionOutcome.Superseded;
        }

        var (sequence, number) = (update.Integer(0), update.Integer(1));
        update.Reset();
        if (succeeded is null)
        {
            History.RecordAttempt(sequence, number, completion.Attempt, _instance);
        }

        History.DropAttempts(sequence, number);
        return TransitionOutcome.Applied;
    }

    private ClaimedPage Claim(ClaimPosition after, int limit)
    {
        List<ClaimedTransaction> rows = new(limit);
        List<long> sequences = new(limit);
        var next = after;
        var unclaimed = Statements.FindClaimable
            .Bind(1, _instance).Bind(2, after.CreatedAt).Bind(3, after.Sequence).Bind(4, limit);
        while (unclaimed.Step())
        {
            sequences.Add(unclaimed.Integer(0));
            rows.Add(NewClaim(unclaimed));
            next = new ClaimPosition(rows[^1].Transaction.CreatedAt, unclaimed.Integer(0));
        }

        Claim(sequences);
        return new ClaimedPage(rows, next);
    }

    private List<ClaimedTransaction> ClaimDue(DateTimeOffset now, int limit)
    {
        List<ClaimedTransaction> rows = [];
        List<long> sequences = [];
        var due = Statements.FindDue.Bind(1, now).Bind(2, limit);
        while (due.Step())
        {
            sequences.Add(due.Integer(0));
            rows.Add(NewClaim(due));
        }

        Claim(sequences);
        return rows;
    }

    // The row is claimed in this transaction; the row that was read has the previous claim.
    private static ClaimedTransaction NewClaim(SqliteStatement row) => new(
        Transaction.Restore(
            row.Text(1),
            row.Text(2),
            row.Text(3),
            row.Amount(4),
            row.Text(5),
            row.Time(6),
            row.TextOrNull(7),
            (int)row.Integer(8),
            (int)row.Integer(9),
            row.TextOrNull(12)),
        (int)row.Integer(10) + 1,
        !row.IsNull(11));

    private void Claim(List<long> sequences) =>
        sequences.ForEach(sequence => Statements.Claim.Bind(1, _instance).Bind(2, sequence).Execute());
}
