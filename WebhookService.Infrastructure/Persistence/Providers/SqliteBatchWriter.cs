using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers;

/// <summary>
/// The only connection that writes to the SQLite file. WAL with <c>synchronous=FULL</c>: a commit is an fsync.
/// </summary>
internal sealed class SqliteBatchWriter(SqliteDatabase database, TimeProvider clock) : IBatchWriter
{
    // Short, since the deadlines of the waiting requests pass meanwhile; the loop tries again at once.
    private const int BusyTimeoutMilliseconds = 25;

    private SqliteConnection? _connection;
    private SqliteStatements? _statements;
    private long _instance;

    private SqliteStatements Statements =>
        _statements ?? throw new InvalidOperationException("The writer is not open.");

    public void Open()
    {
        _connection = new SqliteConnection(database.WriterConnectionString);
        _connection.Open();
        var db = _connection.Handle!;
        raw.sqlite3_busy_timeout(db, BusyTimeoutMilliseconds);
        SqliteFault.ThrowIfFailed(raw.sqlite3_exec(db, """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA fullfsync = ON;
            PRAGMA cache_size = -32768;
            """), db);
        _statements = new SqliteStatements(db);
        RegisterInstance();
    }

    public void Commit(WriteBatch batch)
    {
        Statements.Begin.Execute();
        try
        {
            batch.Adds.ForEach(Add);
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
        _statements?.Dispose();
        _connection?.Dispose();
    }

    private void Rollback()
    {
        // Some errors end the transaction by themselves; then there is nothing left to roll back.
        if (raw.sqlite3_get_autocommit(_connection!.Handle!) == 0)
        {
            _ = raw.sqlite3_exec(_connection.Handle!, "ROLLBACK");
        }
    }

    // The file belongs to this process alone, so every other instance is dead; its claims are taken over by claiming.
    private void RegisterInstance()
    {
        var now = Timestamps.ToMicroseconds(clock.GetUtcNow());
        Statements.Begin.Execute();
        Statements.ForgetInstances.Execute();
        Statements.Register.Bind(1, now).Execute();
        _instance = raw.sqlite3_last_insert_rowid(_connection!.Handle!);
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
                Statements.Heartbeat.Bind(1, Timestamps.ToMicroseconds(probe.At)).Bind(2, _instance).Execute();
                probe.Outcome = StoreHealth.Healthy;
                break;
            default:
                throw new ArgumentException($"Not a write: {request.GetType().Name}.", nameof(request));
        }
    }

    private void Add(AddRequest request)
    {
        var transaction = request.Transaction;
        var insert = Statements.Insert
            .Bind(1, transaction.TransactionId)
            .Bind(2, transaction.SourceAccount)
            .Bind(3, transaction.DestinationAccount)
            .Bind(4, transaction.Amount)
            .Bind(5, transaction.Currency)
            .Bind(6, transaction.CreatedAt);
        _ = request.IsReserved ? insert.Bind(7, _instance) : insert.BindNull(7);

        // The unique key decides, in this one statement. Only a repeated id costs a second one.
        request.Outcome = insert.Execute() == 1 ? AddOutcome.Added : Compare(transaction);
    }

    private AddOutcome Compare(Transaction transaction)
    {
        var first = Statements.FindContent.Bind(1, transaction.TransactionId);
        var isSame = first.Step()
            && first.Text(0) == transaction.SourceAccount
            && first.Text(1) == transaction.DestinationAccount
            && first.Text(2) == transaction.Amount.ToString("F2", CultureInfo.InvariantCulture)
            && first.Text(3) == transaction.Currency;
        first.Reset();
        return isSame ? AddOutcome.Duplicate : AddOutcome.Conflict;
    }

    private TransitionOutcome Complete(Completion completion)
    {
        var update = Statements.Complete
            .Bind(1, TransactionStatusNames.ToName(completion.Status))
            .Bind(2, Timestamps.ToMicroseconds(completion.ProcessedAt));
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
            next = new ClaimPosition(unclaimed.Text(2), unclaimed.Integer(0));
        }

        foreach (var sequence in sequences)
        {
            Statements.Claim.Bind(1, _instance).Bind(2, sequence).Execute();
        }

        return new ClaimedPage(ids, next);
    }
}
