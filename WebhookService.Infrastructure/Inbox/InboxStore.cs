using WebhookService.Domain;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>The intake with an inbox: a transaction is acknowledged once it is in the inbox.</summary>
/// <remarks>
/// The database is also asked whether the id is new, if the deadline allows and it seems available. Otherwise the
/// answer is "accepted" even for an id that it may have, but nothing is processed twice.
/// </remarks>
internal sealed class InboxStore(
    TransactionInbox inbox, InboxForwarder forwarder, TimeProvider clock) : ITransactionIntake
{
    public async ValueTask<AddOutcome> AddAsync(Transaction transaction, SourceEvent? received = null)
    {
        var add = inbox.Add(transaction, received, out var adding);
        var outcome = await adding.ConfigureAwait(false);
        if (outcome != AddOutcome.Added)
        {
            return outcome;
        }

        // Durable from here: the inbox has it, and forwards it automatically.
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

    /// <summary>Keeps an event in the inbox, unless the quarantine of the database was full a moment ago.</summary>
    public ValueTask<QuarantineOutcome> QuarantineAsync(QuarantinedEvent received) => forwarder.IsQuarantineFull
        ? new ValueTask<QuarantineOutcome>(QuarantineOutcome.Full)
        : inbox.QuarantineAsync(received);

    /// <summary>Whether transactions can be accepted, which does not need the database.</summary>
    public ValueTask<StoreHealth> ProbeAsync() => inbox.ProbeAsync();
}
