using WebhookService.Domain;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>The store with an inbox before it: a transaction is promised when it is in the inbox.</summary>
/// <remarks>
/// The database is asked too whether the id is new, as long as the deadline allows and it seems to be there. When it is
/// away, the answer is "accepted" for an id that it may have: nothing is processed twice for that.
/// </remarks>
internal sealed class InboxStore(
    TransactionInbox inbox, InboxForwarder forwarder, TimeProvider clock) : ITransactionIntake
{
    public async ValueTask<AddOutcome> AddAsync(Transaction transaction)
    {
        var add = inbox.Add(transaction, out var adding);
        var outcome = await adding.ConfigureAwait(false);
        if (outcome != AddOutcome.Added)
        {
            return outcome;
        }

        // Durable from here: the inbox has it, and forwarding begins by itself.
        try
        {
            var left = clock.GetElapsedTime(clock.GetTimestamp(), add.Deadline);
            return forwarder.IsAway || left <= TimeSpan.Zero
                ? AddOutcome.Added
                : await add.Forwarded.WaitAsync(left, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return AddOutcome.Added;
        }
        finally
        {
            inbox.Waiters.Leave(add);
        }
    }

    /// <summary>Whether transactions can be accepted, which does not need the database.</summary>
    public ValueTask<StoreHealth> ProbeAsync() => inbox.ProbeAsync();
}
