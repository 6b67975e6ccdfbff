using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Keeps what a batch claims and what this process has in memory the same.</summary>
internal sealed class BatchClaims(
    TransactionQueue queue,
    ClaimedSet claims,
    WebhookMetrics metrics,
    Throughput throughput,
    ConflictLog conflicts) : IBatchEffects
{
    private static readonly int OutcomeCount = Enum.GetValues<AddOutcome>().Length;

    /// <summary>
    /// Reserves a place for each add, so that a row is claimed exactly when there is room to work it.
    /// </summary>
    public void Prepare(WriteBatch batch, int firstAdd)
    {
        for (var i = firstAdd; i < batch.Adds.Count; i++)
        {
            batch.Adds[i].IsReserved = queue.TryReserve();
        }

        LeaveOutHeld(batch);
    }

    /// <summary>Gives the places back, since the batch was not acknowledged.</summary>
    public void Cancel(WriteBatch batch, CommitFault fault)
    {
        if (fault == CommitFault.Unknown)
        {
            // It may be written after all: what it claimed is then in nobody's memory.
            claims.NoteOrphans();
        }

        foreach (var add in batch.Adds)
        {
            if (add.IsReserved)
            {
                queue.CancelReservation();
            }
        }
    }

    /// <summary>Puts on the queue what the batch claimed. Call it when the batch is durable.</summary>
    public void Apply(WriteBatch batch)
    {
        // What is given up first, since a claim of the same batch may have taken it again.
        batch.Others.ForEach(Leave);
        batch.Others.ForEach(Enter);
        Span<int> outcomes = stackalloc int[OutcomeCount];
        string? firstConflict = null;
        foreach (var add in batch.Adds)
        {
            outcomes[(int)add.Outcome]++;
            if (add.Outcome == AddOutcome.Added && add.IsReserved)
            {
                Enqueue(add.Transaction);
            }
            else if (add.IsReserved)
            {
                queue.CancelReservation();
            }
            else if (add.Outcome == AddOutcome.Added)
            {
                queue.MarkBacklog();
            }

            if (add.Outcome == AddOutcome.Conflict)
            {
                firstConflict ??= add.Transaction.TransactionId;
            }
        }

        conflicts.Add(outcomes[(int)AddOutcome.Conflict], firstConflict);
        throughput.Accepted.Mark(outcomes[(int)AddOutcome.Added]);
        for (var outcome = 0; outcome < OutcomeCount; outcome++)
        {
            metrics.Added((AddOutcome)outcome, outcomes[outcome]);
        }
    }

    private void Enqueue(Transaction added)
    {
        var claimed = added.Claim(ClaimedTransaction.FirstClaim);
        claims.Add(claimed);
        queue.Enqueue(claimed);
    }

    // Here, and not where the answers arrive: a row that is given up may be claimed again by the very next batch.
    private void Leave(WriteRequest request)
    {
        if (request is CompleteRequest complete)
        {
            claims.Complete(complete.Completion, complete.Outcome);
        }
    }

    private void Enter(WriteRequest request)
    {
        claims.Add(request switch
        {
            ClaimRequest claim => claim.Outcome.Rows,
            ClaimDueRequest claim => claim.Outcome,
            _ => [],
        });
        if (request is RetryRequest { Outcome: > 0 })
        {
            queue.MarkBacklog();
        }
    }

    // Asked for when they were in nobody's memory; by now they may be. Only this thread adds what it claims.
    private void LeaveOutHeld(WriteBatch batch)
    {
        foreach (var request in batch.Others)
        {
            (request as ReleaseOrphansRequest)?.Claims.RemoveAll(claims.Contains);
        }
    }
}
