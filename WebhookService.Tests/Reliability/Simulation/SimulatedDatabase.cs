using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>
/// A shared database in memory, with the rules of the real ones: the key decides, claims fence, a batch is written whole
/// or not at all. It notes what the promises are about.
/// </summary>
internal sealed class SimulatedDatabase
{
    private readonly Dictionary<string, SimulatedRow> _rows = [];
    private readonly HashSet<long> _dead = [];
    private readonly Lock _gate = new();
    private long _instances;

    public IReadOnlyDictionary<string, SimulatedRow> Rows => _rows;

    public long Register()
    {
        lock (_gate)
        {
            return ++_instances;
        }
    }

    /// <summary>Its lease has run out: others may take what it holds. It may not know.</summary>
    public void Expire(long instance)
    {
        lock (_gate)
        {
            _dead.Add(instance);
        }
    }

    /// <summary>Writes a batch of an instance; it alone decides what becomes of each.</summary>
    public void Write(WriteBatch batch, long instance)
    {
        lock (_gate)
        {
            foreach (var add in batch.Adds)
            {
                add.Outcome = Add(add, instance);
            }

            foreach (var request in batch.Others)
            {
                Write(request, instance);
            }
        }
    }

    private AddOutcome Add(AddRequest add, long instance)
    {
        var transaction = add.Transaction;
        if (_rows.TryGetValue(transaction.TransactionId, out var row))
        {
            return row.Amount == transaction.Amount ? AddOutcome.Duplicate : AddOutcome.Conflict;
        }

        _rows[transaction.TransactionId] = new SimulatedRow(_rows.Count + 1, transaction.TransactionId, transaction.Amount)
        {
            ClaimedBy = add.IsReserved ? instance : null,
        };
        return AddOutcome.Added;
    }

    private void Write(WriteRequest request, long instance)
    {
        switch (request)
        {
            case CompleteRequest complete:
                complete.Outcome = Complete(complete.Completion, instance);
                break;
            case ClaimRequest claim:
                claim.Outcome = Claim(claim.Limit, instance);
                break;
            case RetryRequest retry:
                retry.Outcome = retry.TransactionIds.Count(Retry);
                break;
            case ReleaseRequest release:
                release.Outcome = Held(instance).Take(release.Limit).ToArray().Count(Release);
                break;
            case ReleaseStraysRequest strays:
                strays.Outcome = Held(instance).Where(row => strays.TransactionIds.Contains(row.Id)).ToArray().Count(Release);
                break;
        }
    }

    private TransitionOutcome Complete(Completion completion, long instance)
    {
        var row = _rows[completion.TransactionId];
        if (row.Status != TransactionStatus.Processing || row.ClaimedBy != instance)
        {
            return TransitionOutcome.Superseded;
        }

        row.Status = completion.Status;
        row.ClaimedBy = null;
        row.Ends++;
        return TransitionOutcome.Applied;
    }

    private ClaimedPage Claim(int limit, long instance)
    {
        var free = _rows.Values
            .Where(row => row.Status == TransactionStatus.Processing && (row.ClaimedBy is not { } holder || _dead.Contains(holder)))
            .Where(row => row.ClaimedBy != instance)
            .OrderBy(row => row.Sequence).Take(limit).ToArray();
        Array.ForEach(free, row => row.ClaimedBy = instance);
        return new ClaimedPage([.. free.Select(row => new ClaimedTransaction(row.Id))], ClaimPosition.Start);
    }

    private bool Retry(string id)
    {
        var row = _rows[id];
        if (row.Status != TransactionStatus.Failed)
        {
            return false;
        }

        row.Status = TransactionStatus.Processing;
        row.Rounds++;
        return true;
    }

    private IEnumerable<SimulatedRow> Held(long instance) =>
        _rows.Values.Where(row => row.Status == TransactionStatus.Processing && row.ClaimedBy == instance);

    private static bool Release(SimulatedRow row)
    {
        row.ClaimedBy = null;
        return true;
    }
}

/// <summary>One row, and how often it ended.</summary>
internal sealed class SimulatedRow(long sequence, string id, decimal amount)
{
    public long Sequence { get; } = sequence;

    public string Id { get; } = id;

    public decimal Amount { get; } = amount;

    public TransactionStatus Status { get; set; } = TransactionStatus.Processing;

    public long? ClaimedBy { get; set; }

    public int Rounds { get; set; } = 1;

    public int Ends { get; set; }
}
