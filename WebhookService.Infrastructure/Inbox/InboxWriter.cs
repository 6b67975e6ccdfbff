using Microsoft.Extensions.Logging;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>The only writer of the inbox. WAL with <c>synchronous=FULL</c>: a commit is an fsync.</summary>
internal sealed class InboxWriter(
    InboxOptions options, InboxSpace space, InboxWaiters waiters, TimeProvider clock, ILogger logger) : IBatchWriter
{
    private readonly SqliteLog _log = new(options.Path, clock, logger);
    private sqlite3? _db;
    private InboxStatements? _statements;
    private SqliteFiles? _files;
    private long _waiting;
    private long _quarantined;

    /// <summary>Rows that wait to be forwarded.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Rows in quarantine.</summary>
    public long Quarantined => Volatile.Read(ref _quarantined);

    private sqlite3 Db => _db ?? throw new InvalidOperationException("The writer is not open.");

    private InboxStatements Statements => _statements ?? throw new InvalidOperationException("The writer is not open.");

    public void Open()
    {
        _db = InboxSchema.Open(options);
        _statements = new InboxStatements(_db);

        ReleaseQuarantine();
        Statements.Count.Step();
        Volatile.Write(ref _waiting, Statements.Count.Integer(0));
        Statements.Count.Reset();
        _files = new SqliteFiles(options.Path);
    }

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        var refusal = space.FindRefusal();
        if (refusal is null)
        {
            try
            {
                Write(batch.Adds, batch.Others);
                return;
            }
            catch (CommitFailedException exception) when (IsFull(exception, batch))
            {
                // Deletions make room in the inbox, and must not fail together with the adds.
            }
        }

        batch.Adds.ForEach(add => add.Outcome = AddOutcome.Unavailable);
        Write([], batch.Others);
    }

    public void Dispose()
    {
        _statements?.Dispose();
        _db?.Dispose();
    }

    private static bool IsFull(CommitFailedException exception, WriteBatch batch) =>
        exception.Fault == CommitFault.Rejected && batch is { Adds.Count: > 0, Others.Count: > 0 };

    // Each start retries the quarantined rows: the database or the service may have been repaired since.
    private void ReleaseQuarantine()
    {
        Statements.Begin.Execute();
        try
        {
            Statements.Release.Execute();
            Statements.EmptyQuarantine.Execute();
            Statements.Commit.Execute();
        }
        catch (CommitFailedException exception) when (exception.IsTransient)
        {
            // The disk is full: the next start that has room retries them.
            SqliteHandle.Rollback(Db);
            Statements.CountQuarantined.Step();
            Volatile.Write(ref _quarantined, Statements.CountQuarantined.Integer(0));
            Statements.CountQuarantined.Reset();
        }
    }

    private void Write(List<AddRequest> adds, List<WriteRequest> others)
    {
        var (entered, left, aside) = (0L, 0L, 0L);
        Statements.Begin.Execute();
        try
        {
            foreach (var add in adds)
            {
                entered += Add((InboxAdd)add);
            }

            foreach (var request in others)
            {
                switch (request)
                {
                    case ForgetRequest forget:
                        forget.Outcome = forget.Sequences.Sum(at => Statements.Forget.Bind(1, at).Execute());
                        left += forget.Outcome;
                        break;
                    case QuarantineRequest quarantine:
                        quarantine.Outcome = Quarantine(quarantine);
                        aside += quarantine.Outcome;
                        break;
                    case ProbeRequest probe:
                        Statements.Probe.Bind(1, probe.At).Execute();
                        var full = space.FindRefusal();
                        probe.Outcome = new StoreHealth(full is null, full);
                        break;
                }
            }

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

        // Before any sender is answered, so that an answered one finds its transaction.
        Interlocked.Add(ref _quarantined, aside);
        Interlocked.Add(ref _waiting, entered - left - aside);
    }

    // Repeated content is one row. Different content of the same id is another row: the database decides which of them
    // was first, and keeps the rest as conflicts.
    private int Add(InboxAdd add)
    {
        var transaction = add.Transaction;
        var isKnown = false;
        AddOutcome? repeated = null;
        var find = Statements.Find.Bind(1, transaction.TransactionId);
        while (find.Step())
        {
            if (repeated is null && find.HasContentOf(transaction, firstColumn: 0))
            {
                repeated = isKnown ? AddOutcome.Conflict : AddOutcome.Duplicate;
            }

            isKnown = true;
        }

        add.Outcome = repeated ?? (isKnown ? AddOutcome.Conflict : AddOutcome.Added);
        if (repeated is not null)
        {
            return 0;
        }

        Statements.Insert
            .Bind(1, transaction.TransactionId)
            .Bind(2, transaction.SourceAccount)
            .Bind(3, transaction.DestinationAccount)
            .Bind(4, transaction.Amount)
            .Bind(5, transaction.Currency)
            .Bind(6, transaction.CreatedAt)
            .BindOrNull(7, transaction.TraceParent)
            .Execute();
        if (add.Outcome == AddOutcome.Added)
        {
            add.Sequence = raw.sqlite3_last_insert_rowid(Db);
            waiters.Enter(add);
        }

        return 1;
    }

    private int Quarantine(QuarantineRequest request)
    {
        Statements.Quarantine.Bind(1, request.At).Bind(2, request.Sequence).Execute();
        return Statements.Forget.Bind(1, request.Sequence).Execute();
    }
}
