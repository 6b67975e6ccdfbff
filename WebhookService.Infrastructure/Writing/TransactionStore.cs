using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing;

/// <summary>The durable operations, each a request to the <see cref="CommitLoop"/>.</summary>
internal sealed class TransactionStore(WriteQueue writes, TimeProvider clock)
    : ITransactionIntake, ITransactionRetries, ITransactionClaims, IQuarantine, IAudit, IDismissals, IAlertStates
{
    public ValueTask<AddOutcome> AddAsync(Transaction transaction, SourceEvent? received = null) =>
        writes.Enqueue(new AddRequest(transaction, received) { Deadline = writes.NextDeadline });

    public ValueTask<QuarantineOutcome> QuarantineAsync(QuarantinedEvent received) =>
        writes.Enqueue(new QuarantineEventRequest(received) { Deadline = writes.NextDeadline });

    public async ValueTask<bool> RemoveAsync(long id) => await writes
        .Enqueue(new RemoveQuarantinedRequest(id) { Deadline = writes.NextDeadline })
        .ConfigureAwait(false) > 0;

    public ValueTask<TransitionOutcome> CompleteAsync(Completion completion) =>
        writes.Enqueue(new CompleteRequest(completion));

    public ValueTask<int> RetryAsync(IReadOnlyList<FailedRound> rounds) =>
        writes.Enqueue(new RetryRequest(rounds) { Deadline = writes.NextDeadline });

    public ValueTask<int> DismissAsync(IReadOnlyList<FailedRound> rounds, Dismissal dismissal) =>
        writes.Enqueue(new DismissRequest(rounds, dismissal) { Deadline = writes.NextDeadline });

    public ValueTask<int> UndismissAsync(IReadOnlyList<FailedRound> rounds) =>
        writes.Enqueue(new DismissRequest(rounds, null) { Deadline = writes.NextDeadline });

    public async ValueTask RecordAsync(AuditEntry entry) => await writes
        .Enqueue(new AuditRequest(entry) { Deadline = writes.NextDeadline })
        .ConfigureAwait(false);

    public async ValueTask<bool> TryStoreAsync(AlertState state) => await writes
        .Enqueue(new AlertRequest(state) { Deadline = writes.NextDeadline })
        .ConfigureAwait(false) > 0;

    public ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit) =>
        writes.Enqueue(new ClaimDueRequest(now, limit));

    public ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit) =>
        writes.Enqueue(new ClaimRequest(after, limit));

    /// <summary>Releases orphaned claims of this instance; returns how many.</summary>
    /// <exception cref="StoreUnavailableException">The store rejected it.</exception>
    public ValueTask<int> ReleaseAsync(IEnumerable<OrphanedClaim> orphans) =>
        writes.Enqueue(new ReleaseOrphansRequest([.. orphans]));

    public ValueTask<int> ReleaseAsync(int limit) => writes.Enqueue(new ReleaseRequest(limit));

    public ValueTask<StoreHealth> ProbeAsync() =>
        writes.Enqueue(new ProbeRequest(clock.GetUtcNow()) { Deadline = writes.NextDeadline });
}
