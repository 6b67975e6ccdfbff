using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>One transaction to add to the inbox and, later, its outcome in the database.</summary>
internal sealed class InboxAdd(Transaction transaction, SourceEvent? received)
    : AddRequest(transaction, received)
{
    private readonly TaskCompletionSource<AddOutcome> _forwarded =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its sequence in the inbox; 0 while it has none.</summary>
    public long Sequence { get; set; }

    /// <summary>Completes once the database has the transaction.</summary>
    public Task<AddOutcome> Forwarded => _forwarded.Task;

    /// <summary>Completes <see cref="Forwarded"/> with the database's outcome.</summary>
    public void Forward(AddOutcome outcome) => _forwarded.TrySetResult(outcome);
}

/// <summary>Rows of the inbox to delete, since the database has them; the outcome is their number.</summary>
internal sealed class ForgetRequest(IReadOnlyList<long> sequences) : WriteRequest<int>
{
    public IReadOnlyList<long> Sequences { get; } = sequences;
}

/// <summary>
/// A row to quarantine, which is unreadable or rejected alone; the outcome is how many rows were quarantined.
/// </summary>
internal sealed class QuarantineRequest(long sequence, DateTimeOffset at) : WriteRequest<int>
{
    public long Sequence { get; } = sequence;

    public DateTimeOffset At { get; } = at;
}

/// <summary>Events of the inbox to delete, since the database has them; the outcome is their number.</summary>
internal sealed class ForgetEventsRequest(IReadOnlyList<long> sequences) : WriteRequest<int>
{
    public IReadOnlyList<long> Sequences { get; } = sequences;
}
