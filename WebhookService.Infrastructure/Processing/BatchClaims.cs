using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Keeps the queue and the claimed set in step with what a batch claims.</summary>
internal sealed class BatchClaims(
    TransactionQueue queue,
    ClaimedSet claims,
    WebhookMetrics metrics,
    Throughput throughput,
    ConflictLog conflicts) : IBatchEffects
{
    private static readonly int OutcomeCount = Enum.GetValues<AddOutcome>().Length;

    /// <summary>
    /// Reserves queue capacity for each add, so that a row is claimed if and only if the queue has room for it.
    /// </summary>
    public void Prepare(WriteBatch batch, int firstAdd)
    {
        for (var i = firstAdd; i < batch.Adds.Count; i++)
        {
            batch.Adds[i].IsReserved = queue.TryReserve();
        }

        RemoveClaimed(batch);
    }

    /// <summary>Frees the reserved capacity, since the batch was not acknowledged.</summary>
    public void Cancel(WriteBatch batch, CommitFault fault)
    {
        if (fault == CommitFault.Unknown)
        {
            // The batch may have been written; its claims are then orphaned.
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

    /// <summary>Enqueues the rows that the batch claimed. Call it once the batch is durable.</summary>
    public void Apply(WriteBatch batch)
    {
        // Ended claims leave first: another request of the same batch may have claimed their rows again.
        batch.Others.ForEach(RemoveEnded);
        batch.Others.ForEach(AddClaimed);
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

    // Done here rather than where the answers arrive: the very next batch may claim the row again.
    private void RemoveEnded(WriteRequest request)
    {
        if (request is CompleteRequest complete)
        {
            claims.Complete(complete.Completion, complete.Outcome);
        }
    }

    private void AddClaimed(WriteRequest request)
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

    // Some may have entered the claimed set since the search called them orphaned. Only this thread adds to the set.
    private void RemoveClaimed(WriteBatch batch)
    {
        foreach (var request in batch.Others)
        {
            (request as ReleaseOrphansRequest)?.Claims.RemoveAll(claims.Contains);
        }
    }
}
