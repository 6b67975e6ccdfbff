using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>One transaction to put into the inbox; and, later, what the database made of it.</summary>
internal sealed class InboxAdd(Transaction transaction) : AddRequest(transaction)
{
    private readonly TaskCompletionSource<AddOutcome> _forwarded =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its place in the inbox; 0 while it has none.</summary>
    public long Sequence { get; set; }

    /// <summary>Ends when the database has it.</summary>
    public Task<AddOutcome> Forwarded => _forwarded.Task;

    /// <summary>Tells whoever waits what the database said.</summary>
    public void Forward(AddOutcome outcome) => _forwarded.TrySetResult(outcome);
}

/// <summary>Places in the inbox to give up, since the database has what was there; how many there were.</summary>
internal sealed class ForgetRequest(IReadOnlyList<long> sequences) : WriteRequest<int>
{
    public IReadOnlyList<long> Sequences { get; } = sequences;
}

/// <summary>A transaction to quarantine, since the database rejects it alone; how many were quarantined.</summary>
internal sealed class QuarantineRequest(long sequence, DateTimeOffset at) : WriteRequest<int>
{
    public long Sequence { get; } = sequence;

    public DateTimeOffset At { get; } = at;
}
