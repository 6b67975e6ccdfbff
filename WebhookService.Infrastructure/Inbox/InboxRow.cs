using WebhookService.Domain;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>A transaction that waits in the inbox, its sequence there, and the event it was mapped from.</summary>
internal sealed record InboxRow(long Sequence, Transaction Transaction, SourceEvent? Event);

/// <summary>An event that waits in the inbox for the quarantine of the database, and its sequence there.</summary>
internal sealed record InboxEvent(long Sequence, QuarantinedEvent Event);

/// <summary>A row of the inbox that cannot be read: damaged, or of another version.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="TransactionId">Its id, if it is a valid one.</param>
/// <param name="Reason">The cause, without any of its content.</param>
internal sealed record UnreadableRow(long Sequence, string? TransactionId, string Reason);

/// <summary>The oldest rows of the inbox.</summary>
internal sealed record InboxPage(List<InboxRow> Rows, List<UnreadableRow> Unreadable)
{
    public bool IsEmpty => Rows.Count + Unreadable.Count == 0;
}
