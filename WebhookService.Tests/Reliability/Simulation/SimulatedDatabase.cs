using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>
/// A shared in-memory database with the rules of the real ones: the key decides, claims are fenced, a batch is written
/// completely or not at all. It records the facts that the promises are about.
/// </summary>
internal sealed class SimulatedDatabase
{
    /// <summary>The prefix of the ids that this database refuses.</summary>
    public const string Poison = "poison";

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

    public bool IsExpired(long instance)
    {
        lock (_gate)
        {
            return _dead.Contains(instance);
        }
    }

    /// <summary>The claims of an instance in the database.</summary>
    public OrphanedClaim[] ClaimsOf(long instance)
    {
        lock (_gate)
        {
            return [.. Held(instance).Select(row => new OrphanedClaim(row.Id, row.Claim))];
        }
    }

    /// <summary>Ends the lease of an instance without notice: others may take over its claims.</summary>
    public void Expire(long instance)
    {
        lock (_gate)
        {
            _dead.Add(instance);
        }
    }

    /// <summary>Writes a batch of an instance and decides the outcome of each request.</summary>
    /// <exception cref="CommitFailedException">The batch contains poison, so nothing was written.</exception>
    public void Write(WriteBatch batch, long instance)
    {
        lock (_gate)
        {
            if (batch.Adds.Exists(add => add.Transaction.TransactionId.StartsWith(Poison, StringComparison.Ordinal)))
            {
                throw new CommitFailedException(CommitFault.Row, "It is poison.");
            }

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

        _rows[transaction.TransactionId] = new SimulatedRow(_rows.Count + 1, Copy(transaction))
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
            case ClaimDueRequest claim:
                claim.Outcome = ClaimDue(claim.Limit, instance);
                break;
            case RetryRequest retry:
                retry.Outcome = retry.Rounds.Count(Retry);
                break;
            case ReleaseRequest release:
                release.Outcome = Held(instance).Take(release.Limit).ToArray().Count(Release);
                break;
            case ReleaseOrphansRequest orphans:
                orphans.Outcome = Held(instance).Where(row => orphans.Claims.Contains(new(row.Id, row.Claim))).ToArray().Count(Release);
                break;
        }
    }

    private TransitionOutcome Complete(Completion completion, long instance)
    {
        var row = _rows[completion.TransactionId];
        if (row.Status != TransactionStatus.Processing || row.ClaimedBy != instance || row.Claim != completion.Claim)
        {
            return row.Attempts.Contains(completion.Attempt) ? TransitionOutcome.Repeated : TransitionOutcome.Superseded;
        }

        row.Transaction.Apply(completion);
        row.ClaimedBy = null;
        row.Attempts.Add(completion.Attempt);
        row.Ends += completion.Status == TransactionStatus.Processing ? 0 : 1;
        return TransitionOutcome.Applied;
    }

    private ClaimedPage Claim(int limit, long instance)
    {
        var free = _rows.Values
            .Where(row => row is { Status: TransactionStatus.Processing, IsWaiting: false })
            .Where(row => row.ClaimedBy is not { } holder || (holder != instance && _dead.Contains(holder)))
            .OrderBy(row => row.Sequence).Take(limit).ToArray();
        return new ClaimedPage([.. free.Select(row => Claim(row, instance))], ClaimPosition.Start);
    }

    private ClaimedTransaction[] ClaimDue(int limit, long instance) =>
        [.. _rows.Values.Where(row => row.IsWaiting).Take(limit).ToArray().Select(row => Claim(row, instance))];

    private static ClaimedTransaction Claim(SimulatedRow row, long instance)
    {
        row.ClaimedBy = instance;
        row.Transaction.Claim(++row.Claim);
        return Copy(row.Transaction).Claim(row.Claim);
    }

    // An instance works on a copy in its own memory.
    private static Transaction Copy(Transaction transaction) => Transaction.Restore(
        transaction.TransactionId,
        transaction.SourceAccount,
        transaction.DestinationAccount,
        transaction.Amount,
        transaction.Currency,
        transaction.CreatedAt,
        transaction.TraceParent,
        transaction.Attempts,
        transaction.EarlierAttempts);

    private bool Retry(FailedRound round)
    {
        var row = _rows[round.TransactionId];
        if (!row.Transaction.CanRetry || row.Transaction.Attempts != round.Attempts)
        {
            return false;
        }

        row.Transaction.Retry();
        row.Rounds++;
        return true;
    }

    private IEnumerable<SimulatedRow> Held(long instance) => _rows.Values.Where(row => row.ClaimedBy == instance);

    private static bool Release(SimulatedRow row)
    {
        row.ClaimedBy = null;
        return true;
    }
}

/// <summary>One row, and how often it ended.</summary>
internal sealed class SimulatedRow(long sequence, Transaction transaction)
{
    public long Sequence { get; } = sequence;

    /// <summary>The state machine decides what becomes of the row.</summary>
    public Transaction Transaction { get; } = transaction;

    public string Id => Transaction.TransactionId;

    public decimal Amount => Transaction.Amount;

    public TransactionStatus Status => Transaction.Status;

    public long? ClaimedBy { get; set; }

    public int Claim { get; set; } = ClaimedTransaction.FirstClaim;

    /// <summary>Whether the row waits for its next attempt, which is due immediately.</summary>
    public bool IsWaiting => Transaction.NextAttemptAt is not null;

    public List<Attempt> Attempts { get; } = [];

    public int Rounds { get; set; } = 1;

    public int Ends { get; set; }
}
