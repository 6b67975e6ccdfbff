using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Adds rows, several in one statement, and sets the outcome of each.</summary>
/// <remarks>
/// The writer assigns the sequence itself, so that a repeated id shows: its row has another sequence. Most of the cost
/// of a single insert is beginning and ending the statement; see docs/decisions/0008-cost-of-a-row.md.
/// </remarks>
internal sealed class SqliteInsert : IDisposable
{
    // More rows gain nothing, and would leave more of a batch to be added one by one.
    private const int RowsAtOnce = 8;
    private const int Parameters = 10;

    private readonly SqliteStatement _several;
    private readonly SqliteStatement _single;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _event;
    private readonly SqliteHistory _history;
    private long _sequence;

    public SqliteInsert(sqlite3 db, SqliteHistory history)
    {
        _history = history;
        _several = new SqliteStatement(db, Sql(RowsAtOnce));
        _single = new SqliteStatement(db, Sql(1));
        _find = new SqliteStatement(db, """
            SELECT sequence, source_account, destination_account, amount, currency, content_hash FROM transactions
            WHERE transaction_id = ?1
            """);
        _event = new SqliteStatement(db, """
            INSERT INTO events (sequence, event_type, event_id, occurred_at, content_type, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """);
        using var newest = new SqliteStatement(db, "SELECT coalesce(max(sequence), 0) FROM transactions");
        newest.Step();
        _sequence = newest.Integer(0);
    }

    /// <summary>Adds the rows in order; the instance claims those with reserved queue capacity.</summary>
    public void Add(ReadOnlySpan<AddRequest> adds, long instance)
    {
        for (; adds.Length >= RowsAtOnce; adds = adds[RowsAtOnce..])
        {
            Add(_several, adds[..RowsAtOnce], instance);
        }

        for (; !adds.IsEmpty; adds = adds[1..])
        {
            Add(_single, adds[..1], instance);
        }
    }

    public void Dispose()
    {
        _several.Dispose();
        _single.Dispose();
        _find.Dispose();
        _event.Dispose();
    }

    private static string Sql(int rows) => $"""
        INSERT INTO transactions (
            sequence, transaction_id, source_account, destination_account, amount, currency, created_at, claimed_by,
            trace_parent, source, status, attempts)
        VALUES {string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PROCESSING', 0)", rows))}
        ON CONFLICT (transaction_id) DO NOTHING
        """;

    // The unique key decides, in this one statement. Only a repeated id costs a second statement.
    private void Add(SqliteStatement insert, ReadOnlySpan<AddRequest> rows, long instance)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            Bind(insert, i * Parameters, rows[i], _sequence + i + 1, instance);
        }

        var isAllNew = insert.Execute() == rows.Length;
        foreach (var row in rows)
        {
            _sequence++;
            row.Outcome = isAllNew ? AddOutcome.Added : DetermineOutcome(row.Transaction, _sequence);
            if (row is { Event: { } received, Outcome: AddOutcome.Added })
            {
                AddEvent(_sequence, received);
            }
        }
    }

    private void AddEvent(long sequence, SourceEvent received)
    {
        var insert = _event
            .Bind(1, sequence)
            .BindOrNull(2, received.Type)
            .BindOrNull(3, received.Id)
            .BindOrNull(4, received.OccurredAt)
            .BindOrNull(5, received.Payload?.ContentType);
        _ = received.Payload is { } payload ? insert.Bind(6, payload.Body.Span) : insert.BindNull(6);
        insert.Execute();
    }

    private static void Bind(SqliteStatement insert, int last, AddRequest row, long sequence, long instance)
    {
        var transaction = row.Transaction;
        insert
            .Bind(last + 1, sequence)
            .Bind(last + 2, transaction.TransactionId)
            .Bind(last + 3, transaction.SourceAccount)
            .Bind(last + 4, transaction.DestinationAccount)
            .Bind(last + 5, transaction.Amount)
            .Bind(last + 6, transaction.Currency)
            .Bind(last + 7, transaction.CreatedAt)
            .BindOrNull(last + 9, transaction.TraceParent)
            .BindOrNull(last + 10, transaction.Source);
        _ = row.IsReserved ? insert.Bind(last + 8, instance) : insert.BindNull(last + 8);
    }

    // A known id kept its row, whose sequence is another than that of this insert.
    private AddOutcome DetermineOutcome(Transaction transaction, long sequence)
    {
        var row = _find.Bind(1, transaction.TransactionId);
        _ = row.Step();
        var storedSequence = row.Integer(0);
        var isPruned = !row.IsNull(5);
        var isSame = isPruned
            ? row.Blob(5).SequenceEqual(ContentHash.Of(transaction))
            : row.HasContentOf(transaction, firstColumn: 1);
        row.Reset();
        if (storedSequence == sequence)
        {
            return AddOutcome.Added;
        }

        if (isSame)
        {
            return AddOutcome.Duplicate;
        }

        // Nothing would prune the content of a conflict with a pruned row again.
        if (!isPruned)
        {
            _history.RecordConflict(storedSequence, transaction);
        }

        return AddOutcome.Conflict;
    }
}
