using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The adds of a batch: the rows to send, and the outcome of each add.</summary>
internal sealed class ServerAdds(IServerDialect dialect, RetentionOptions retention)
{
    private static readonly Comparer<AddRequest> ById = Comparer<AddRequest>.Create((one, other) =>
        string.CompareOrdinal(one.Transaction.TransactionId, other.Transaction.TransactionId));

    private readonly Dictionary<string, AddRequest> _firsts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Content> _known = new(StringComparer.Ordinal);
    private readonly List<AddRequest> _sent = [];
    private readonly List<AddRequest> _repeats = [];
    private readonly List<string> _added = [];

    /// <summary>
    /// The rows to send: the first of each id, ordered by id, so that all instances lock them in the same order.
    /// </summary>
    public IReadOnlyList<AddRequest> Begin(List<AddRequest> adds)
    {
        _firsts.Clear();
        _known.Clear();
        _sent.Clear();
        _repeats.Clear();
        _added.Clear();
        foreach (var add in adds)
        {
            (_firsts.TryAdd(add.Transaction.TransactionId, add) ? _sent : _repeats).Add(add);
        }

        _sent.Sort(ById);
        return _sent;
    }

    /// <summary>Reads the ids that were new.</summary>
    public void ReadAdded(DbDataReader reader)
    {
        while (reader.Read())
        {
            _added.Add(reader.GetString(0));
        }
    }

    /// <summary>Sets the outcome of each add. The rows are committed: an id known now is known permanently.</summary>
    public void Complete(DbConnection connection, long instance)
    {
        if (_added.Count == _sent.Count)
        {
            _sent.ForEach(add => add.Outcome = AddOutcome.Added);
        }
        else
        {
            CompareKnown(connection);
        }

        // Repeats within the batch: compared with the stored row, or with the batch's first add if that was inserted.
        foreach (var repeat in _repeats)
        {
            var id = repeat.Transaction.TransactionId;
            var first = _known.TryGetValue(id, out var stored) ? stored : Content.Of(_firsts[id].Transaction);
            repeat.Outcome = Compare(repeat.Transaction, first);
        }

        RecordConflicts(connection, instance);
    }

    private void RecordConflicts(DbConnection connection, long instance)
    {
        SentConflict[] conflicts =
        [
            .. _sent.Concat(_repeats)
                .Where(add => add.Outcome == AddOutcome.Conflict)
                .Select(add => add.Transaction)
                .GroupBy(sent => Convert.ToHexString(ContentHash.Of(sent)))
                .OrderBy(same => same.Key, StringComparer.Ordinal)
                .Select(same => new SentConflict(same.Last(), Convert.FromHexString(same.Key), same.Count())),
        ];
        if (conflicts.Length > 0)
        {
            var record = dialect.History.RecordConflicts(0, conflicts, retention.MaxConflicts, instance);
            using var reader = dialect.Execute(connection, [record]);
            while (reader.NextResult())
            {
            }
        }
    }

    // Compares the content sent for known ids with their stored rows, whose content never changes.
    private void CompareKnown(DbConnection connection)
    {
        HashSet<string> added = new(_added, StringComparer.Ordinal);
        string[] known =
        [
            .. _sent.Select(add => add.Transaction.TransactionId).Where(id => !added.Contains(id)),
        ];
        using (var reader = dialect.Execute(connection, [dialect.Find(0, known)]))
        {
            while (reader.Read())
            {
                _known[reader.GetString(0)] = new Content(
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetDecimal(3),
                    reader.GetString(4),
                    reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5));
            }
        }

        foreach (var add in _sent)
        {
            var id = add.Transaction.TransactionId;
            add.Outcome = added.Contains(id) ? AddOutcome.Added : Compare(add.Transaction, _known[id]);
        }
    }

    private static AddOutcome Compare(Transaction sent, Content stored) =>
        stored.IsOf(sent) ? AddOutcome.Duplicate : AddOutcome.Conflict;

    /// <summary>The content that makes a repeat a conflict when it differs; for a pruned row, only the hash.</summary>
    private sealed record Content(
        string Source, string Destination, decimal Amount, string Currency, byte[]? Hash = null)
    {
        public static Content Of(Transaction transaction) => new(
            transaction.SourceAccount, transaction.DestinationAccount, transaction.Amount, transaction.Currency);

        public bool IsOf(Transaction sent) => Hash is null
            ? this == Of(sent)
            : Hash.AsSpan().SequenceEqual(ContentHash.Of(sent));
    }
}
