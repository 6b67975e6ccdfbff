using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Delivers a page of the inbox to the database, and isolates the rows that the database rejects.</summary>
internal sealed partial class InboxDelivery(
    TransactionInbox inbox,
    WriteQueue database,
    TransactionStore store,
    InboxEventDelivery events,
    ILogger<InboxDelivery> logger)
{
    /// <summary>The delivery of events to the quarantine of the database.</summary>
    public InboxEventDelivery Events => events;

    /// <summary>
    /// Returns true when every row is in the database or in quarantine; false when the page must be retried.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The inbox itself cannot be written.</exception>
    public async Task<bool> DeliverAsync(InboxPage page)
    {
        foreach (var row in page.Unreadable)
        {
            await inbox.QuarantineAsync(row.Sequence).ConfigureAwait(false);
            Log.Unreadable(logger, row.Sequence, row.TransactionId, row.Reason);
        }

        return await DeliverAsync(page.Rows).ConfigureAwait(false);
    }

    private async Task<bool> DeliverAsync(List<InboxRow> page)
    {
        var refused = await SendAsync(page).ConfigureAwait(false);
        if (refused.Count == 0)
        {
            return true;
        }

        // Either the database is unavailable, and the page must wait, or it is available and rejects these rows.
        if (!await ExistsAsync().ConfigureAwait(false))
        {
            return false;
        }

        var alone = await HalveAsync(refused).ConfigureAwait(false);
        return await QuarantineAsync(page, alone).ConfigureAwait(false);
    }

    private async Task<bool> ExistsAsync() => (await store.ProbeAsync().ConfigureAwait(false)).IsHealthy;

    // Returns the rows that are rejected individually.
    private async Task<List<InboxRow>> HalveAsync(List<InboxRow> rows)
    {
        var refused = await SendAsync(rows).ConfigureAwait(false);
        if (refused.Count <= 1)
        {
            return refused;
        }

        var half = refused.Count / 2;
        var first = await HalveAsync(refused[..half]).ConfigureAwait(false);
        return [.. first, .. await HalveAsync(refused[half..]).ConfigureAwait(false)];
    }

    // Quarantines a row that is rejected alone, while another is accepted and the database is healthy before and after:
    // it would block the rest permanently. If no row is accepted, the database is at fault, not the row.
    private async Task<bool> QuarantineAsync(List<InboxRow> page, List<InboxRow> refused)
    {
        if (refused.Count == page.Count || !await ExistsAsync().ConfigureAwait(false))
        {
            return refused.Count == 0;
        }

        foreach (var row in refused)
        {
            if ((await SendAsync([row]).ConfigureAwait(false)).Count == 1
                && await ExistsAsync().ConfigureAwait(false))
            {
                await inbox.QuarantineAsync(row.Sequence).ConfigureAwait(false);
                Log.Quarantined(logger, row.Transaction.TransactionId);
            }
        }

        return true;
    }

    // Deletes the rows that the database has from the inbox; returns the rest.
    private async Task<List<InboxRow>> SendAsync(List<InboxRow> rows)
    {
        var sending = rows.ConvertAll(row => database.Enqueue(new AddRequest(row.Transaction, row.Event)));
        List<InboxRow> refused = [];
        List<(long Sequence, AddOutcome Outcome)> taken = [];
        for (var i = 0; i < rows.Count; i++)
        {
            var outcome = await sending[i].ConfigureAwait(false);
            if (outcome == AddOutcome.Unavailable)
            {
                refused.Add(rows[i]);
            }
            else
            {
                taken.Add((rows[i].Sequence, outcome));
            }
        }

        // Deleted before the answer: a repeat that comes after it must be detected by the server, not by a row left
        // here.
        if (taken.Count > 0)
        {
            await inbox.ForgetAsync(taken.ConvertAll(row => row.Sequence)).ConfigureAwait(false);
        }

        taken.ForEach(row => inbox.Waiters.Answer(row.Sequence, row.Outcome));
        return refused;
    }

    private static partial class Log
    {
        [LoggerMessage(84, LogLevel.Error,
            "Transaction {TransactionId} is in quarantine: the database rejects it. The next start tries it again.")]
        public static partial void Quarantined(ILogger logger, string transactionId);

        [LoggerMessage(85, LogLevel.Error,
            "Row {Sequence} of the inbox, transaction {TransactionId}, is in quarantine: it cannot be read ({Reason}). "
            + "The next start tries it again.")]
        public static partial void Unreadable(ILogger logger, long sequence, string? transactionId, string reason);
    }
}
