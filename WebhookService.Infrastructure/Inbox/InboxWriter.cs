using Microsoft.Extensions.Logging;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>The only writer of the inbox. WAL with <c>synchronous=FULL</c>: a commit is an fsync.</summary>
internal sealed class InboxWriter(
    InboxOptions options,
    int maxEvents,
    InboxSpace space,
    InboxWaiters waiters,
    TimeProvider clock,
    ILogger logger) : IBatchWriter
{
    private readonly SqliteLog _log = new(options.Path, clock, logger);
    private sqlite3? _db;
    private InboxStatements? _statements;
    private SqliteFiles? _files;
    private long _waiting;
    private long _quarantined;
    private long _waitingEvents;

    /// <summary>Rows that wait to be forwarded.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Rows in quarantine.</summary>
    public long Quarantined => Volatile.Read(ref _quarantined);

    /// <summary>Events that wait for the quarantine of the database.</summary>
    public long WaitingEvents => Volatile.Read(ref _waitingEvents);

    private sqlite3 Db => _db ?? throw new InvalidOperationException("The writer is not open.");

    private InboxStatements Statements => _statements ?? throw new InvalidOperationException("The writer is not open.");

    public void Open()
    {
        _db = InboxSchema.Open(options);
        _statements = new InboxStatements(_db);

        ReleaseQuarantine();
        Volatile.Write(ref _waiting, Count(Statements.Count));
        Volatile.Write(ref _waitingEvents, Count(Statements.CountEvents));
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
        foreach (var request in batch.Others.OfType<QuarantineEventRequest>())
        {
            request.Outcome = QuarantineOutcome.Unavailable;
        }

        Write([], batch.Others.FindAll(static request => request is not QuarantineEventRequest));
    }

    public void Dispose()
    {
        _statements?.Dispose();
        _db?.Dispose();
    }

    private static bool IsFull(CommitFailedException exception, WriteBatch batch)
    {
        var growing = batch.Adds.Count + batch.Others.Count(static request => request is QuarantineEventRequest);
        return exception.Fault == CommitFault.Rejected && growing > 0 && growing < batch.Count;
    }

    private static long Count(SqliteStatement statement)
    {
        statement.Step();
        var count = statement.Integer(0);
        statement.Reset();
        return count;
    }

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
            Volatile.Write(ref _quarantined, Count(Statements.CountQuarantined));
        }
    }

    private void Write(List<AddRequest> adds, List<WriteRequest> others)
    {
        var (entered, left, aside, events) = (0L, 0L, 0L, 0L);
        Statements.Begin.Execute();
        try
        {
            foreach (var add in adds)
            {
                entered += Add((InboxAdd)add);
            }

            foreach (var other in others)
            {
                switch (other)
                {
                    case ForgetRequest forget:
                        forget.Outcome = forget.Sequences.Sum(at => Statements.Forget.Bind(1, at).Execute());
                        left += forget.Outcome;
                        break;
                    case QuarantineEventRequest request when WaitingEvents + events >= maxEvents:
                        request.Outcome = QuarantineOutcome.Full;
                        break;
                    case QuarantineEventRequest request:
                        AddEvent(request.Event);
                        request.Outcome = QuarantineOutcome.Quarantined;
                        events++;
                        break;
                    case ForgetEventsRequest forget:
                        forget.Outcome = forget.Sequences.Sum(at => Statements.ForgetEvent.Bind(1, at).Execute());
                        events -= forget.Outcome;
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
        Interlocked.Add(ref _waitingEvents, events);
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

        var payload = add.Event?.Payload;
        var insert = Statements.Insert
            .Bind(1, transaction.TransactionId)
            .Bind(2, transaction.SourceAccount)
            .Bind(3, transaction.DestinationAccount)
            .Bind(4, transaction.Amount)
            .Bind(5, transaction.Currency)
            .Bind(6, transaction.CreatedAt)
            .BindOrNull(7, transaction.TraceParent)
            .BindOrNull(8, transaction.Source)
            .BindOrNull(9, add.Event?.Type)
            .BindOrNull(10, add.Event?.Id)
            .BindOrNull(11, add.Event?.OccurredAt)
            .BindOrNull(12, payload?.ContentType);
        _ = payload is null ? insert.BindNull(13) : insert.Bind(13, payload.Body.Span);
        insert.Execute();
        if (add.Outcome == AddOutcome.Added)
        {
            add.Sequence = raw.sqlite3_last_insert_rowid(Db);
            waiters.Enter(add);
        }

        return 1;
    }

    // A repeat is another row here, which is rare: a sender that was answered does not repeat. The database counts it.
    private void AddEvent(QuarantinedEvent received) => Statements.InsertEvent
        .Bind(1, received.Source)
        .Bind(2, (ReadOnlySpan<byte>)received.Key)
        .Bind(3, received.ReceivedAt)
        .Bind(4, received.Reason)
        .BindOrNull(5, received.Type)
        .BindOrNull(6, received.EventId)
        .Bind(7, received.Headers)
        .BindOrNull(8, received.Payload.ContentType)
        .Bind(9, received.Payload.Body.Span)
        .Execute();

    private int Quarantine(QuarantineRequest request)
    {
        Statements.Quarantine.Bind(1, request.At).Bind(2, request.Sequence).Execute();
        return Statements.Forget.Bind(1, request.Sequence).Execute();
    }
}
