using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Delivers a page of the inbox to the database, and finds the row that spoils it for the others.</summary>
internal sealed partial class InboxDelivery(
    TransactionInbox inbox, WriteQueue database, TransactionStore store, ILogger<InboxDelivery> logger)
{
    /// <summary>True when every row is in the database, or in quarantine; false when it is to be tried
    /// again.</summary>
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

        // Either the database is away, and then nothing more is to be learnt now, or it is there and refuses this.
        if (!await IsThereAsync().ConfigureAwait(false))
        {
            return false;
        }

        var alone = await HalveAsync(refused).ConfigureAwait(false);
        return await PutAsideAsync(page, alone).ConfigureAwait(false);
    }

    private async Task<bool> IsThereAsync() => (await store.ProbeAsync().ConfigureAwait(false)).IsHealthy;

    // Those rows that are refused by themselves.
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

    // One that is refused by itself, while another is taken and the database says before and after that it is well, is
    // put aside: it would hold up the rest for ever. Where nothing is taken, the database is at fault, and not the row.
    private async Task<bool> PutAsideAsync(List<InboxRow> page, List<InboxRow> refused)
    {
        if (refused.Count == page.Count || !await IsThereAsync().ConfigureAwait(false))
        {
            return refused.Count == 0;
        }

        foreach (var row in refused)
        {
            if ((await SendAsync([row]).ConfigureAwait(false)).Count == 1
                && await IsThereAsync().ConfigureAwait(false))
            {
                await inbox.QuarantineAsync(row.Sequence).ConfigureAwait(false);
                Log.PutAside(logger, row.Transaction.TransactionId);
            }
        }

        return true;
    }

    // Gives up what the database has; the rest is returned.
    private async Task<List<InboxRow>> SendAsync(List<InboxRow> rows)
    {
        var sending = rows.ConvertAll(row => database.Enqueue(new AddRequest(row.Transaction)));
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

        // Forgotten first: a repeat that comes after the answer must be told by the server, not by what is left here.
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
            "Transaction {TransactionId} was put aside: the database refuses it. The next start tries it again.")]
        public static partial void PutAside(ILogger logger, string transactionId);

        [LoggerMessage(85, LogLevel.Error,
            "Row {Sequence} of the inbox, transaction {TransactionId}, is in quarantine: it cannot be read ({Reason}). "
            + "The next start tries it again.")]
        public static partial void Unreadable(ILogger logger, long sequence, string? transactionId, string reason);
    }
}
