using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers.Sqlite;

/// <summary>
/// The only connection that writes to the SQLite file. WAL with <c>synchronous=FULL</c>: a commit is an fsync.
/// </summary>
internal sealed class SqliteBatchWriter(string path, TimeProvider clock) : IBatchWriter
{
    // Short, since the deadlines of the waiting requests pass meanwhile; the loop tries again at once.
    private const int BusyTimeoutMilliseconds = 25;

    private sqlite3? _db;
    private SqliteStatements? _statements;
    private SqliteInsert? _insert;
    private long _instance;

    private sqlite3 Db => _db ?? throw NotOpen();

    private SqliteStatements Statements => _statements ?? throw NotOpen();

    private SqliteInsert Insert => _insert ?? throw NotOpen();

    public void Open()
    {
        // Used by one thread only, so SQLite need not lock it on each of the calls that a row takes.
        var result = raw.sqlite3_open_v2(
            path, out var db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        _db = db;
        SqliteFault.ThrowIfFailed(result, db);
        raw.sqlite3_busy_timeout(db, BusyTimeoutMilliseconds);
        SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA fullfsync = ON;
            PRAGMA cache_size = -32768;
            """), db);
        _statements = new SqliteStatements(db);
        _insert = new SqliteInsert(db);
        RegisterInstance();
    }

    public void Commit(WriteBatch batch)
    {
        Statements.Begin.Execute();
        try
        {
            Insert.Add(batch.Adds, _instance);
            batch.Others.ForEach(Write);
            Statements.Commit.Execute();
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    public void Dispose()
    {
        _insert?.Dispose();
        _statements?.Dispose();
        _db?.Dispose();
    }

    private static InvalidOperationException NotOpen() => new("The writer is not open.");

    private void Rollback()
    {
        // Some errors end the transaction by themselves; then there is nothing left to roll back.
        if (raw.sqlite3_get_autocommit(Db) == 0)
        {
            _ = raw.sqlite3_exec(Db, "ROLLBACK");
        }
    }

    // The file belongs to this process alone, so every other instance is dead; its claims are taken over by claiming.
    private void RegisterInstance()
    {
        Statements.Begin.Execute();
        Statements.ForgetInstances.Execute();
        Statements.Register.Bind(1, clock.GetUtcNow()).Execute();
        _instance = raw.sqlite3_last_insert_rowid(Db);
        Statements.Commit.Execute();
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
        var update = Statements.Complete
            .Bind(1, TransactionStatusNames.ToName(completion.Status))
            .Bind(2, completion.ProcessedAt);
        _ = completion.FailureReason is { } reason ? update.Bind(3, reason) : update.BindNull(3);
        var changed = update.Bind(4, completion.TransactionId).Bind(5, _instance).Execute();
        return changed == 1 ? TransitionOutcome.Applied : TransitionOutcome.Superseded;
    }

    private ClaimedPage Claim(ClaimPosition after, int limit)
    {
        List<string> ids = new(limit);
        List<long> sequences = new(limit);
        var next = after;
        var unclaimed = Statements.FindUnclaimed
            .Bind(1, _instance).Bind(2, after.CreatedAt).Bind(3, after.Sequence).Bind(4, limit);
        while (unclaimed.Step())
        {
            sequences.Add(unclaimed.Integer(0));
            ids.Add(unclaimed.Text(1));
            next = new ClaimPosition(unclaimed.Time(2), unclaimed.Integer(0));
        }

        foreach (var sequence in sequences)
        {
            Statements.Claim.Bind(1, _instance).Bind(2, sequence).Execute();
        }

        return new ClaimedPage(ids, next);
    }
}
