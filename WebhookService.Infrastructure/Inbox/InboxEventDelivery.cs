using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Delivers the events of the inbox to the quarantine of the database.</summary>
internal sealed class InboxEventDelivery(TransactionInbox inbox, WriteQueue database)
{
    private volatile bool _isFull;

    /// <summary>Whether the quarantine of the database was full at the last attempt.</summary>
    public bool IsFull => _isFull;

    /// <summary>Delivers each event once, oldest first; false when some must be retried.</summary>
    /// <remarks>
    /// An event that was delivered and not yet deleted is delivered again, and is then counted as a repeat.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">The inbox itself cannot be read or written.</exception>
    public async Task<bool> DeliverAsync(CancellationToken cancellationToken)
    {
        var (after, left) = (0L, 0);
        var isFull = false;
        while (!cancellationToken.IsCancellationRequested && inbox.ReadEvents(after) is { Count: > 0 } page)
        {
            var outcomes = await SendAsync(page).ConfigureAwait(false);
            var refused = outcomes.Count(outcome => !IsStored(outcome));
            isFull |= outcomes.Contains(QuarantineOutcome.Full);
            left += refused;
            if (refused == page.Count)
            {
                break;
            }

            after = page[^1].Sequence;
        }

        _isFull = isFull;
        return left == 0;
    }

    private static bool IsStored(QuarantineOutcome outcome) =>
        outcome is QuarantineOutcome.Quarantined or QuarantineOutcome.Repeated;

    // Deletes the events that the database has from the inbox.
    private async Task<QuarantineOutcome[]> SendAsync(List<InboxEvent> page)
    {
        var sending = page.ConvertAll(row => database.Enqueue(new QuarantineEventRequest(row.Event)));
        var outcomes = new QuarantineOutcome[page.Count];
        List<long> stored = [];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = await sending[i].ConfigureAwait(false);
            if (IsStored(outcomes[i]))
            {
                stored.Add(page[i].Sequence);
            }
        }

        if (stored.Count > 0)
        {
            await inbox.ForgetEventsAsync(stored).ConfigureAwait(false);
        }

        return outcomes;
    }
}
