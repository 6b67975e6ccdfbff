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
