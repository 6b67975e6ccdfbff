using Microsoft.EntityFrameworkCore;
using WebhookService.Domain.Handling;

namespace Ledger;

/// <summary>Books each transaction once, however often it is called.</summary>
public sealed class LedgerHandler(LedgerContext ledger) : ITransactionHandler
{
    public async ValueTask<HandlerResult> HandleAsync(
        TransactionHandlerContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var payment = context.Transaction;
        if (payment.Currency == "XXX")
        {
            return HandlerResult.Failed("XXX is no currency that can be booked.");
        }

        // An earlier attempt did its work, but its result was lost, for example in a crash.
        if (await ledger.Entries.AnyAsync(entry => entry.TransactionId == context.IdempotencyKey, cancellationToken))
        {
            return HandlerResult.Processed;
        }

        // One database transaction: the entry and what it changes are both there, or neither is. If another call for
        // the same payment was faster, the key rejects the entry, this attempt throws, and the next one finds it.
        await using var both = await ledger.Database.BeginTransactionAsync(cancellationToken);
        ledger.Entries.Add(new Entry(
            context.IdempotencyKey, payment.DestinationAccount, payment.Amount, payment.Currency));
        await ledger.SaveChangesAsync(cancellationToken);
        var hundredths = (long)(payment.Amount * 100);
        var changed = await ledger.Balances
            .Where(balance => balance.Account == payment.DestinationAccount && balance.Currency == payment.Currency)
            .ExecuteUpdateAsync(
                balance => balance.SetProperty(it => it.Hundredths, it => it.Hundredths + hundredths),
                cancellationToken);
        if (changed == 0)
        {
            ledger.Balances.Add(new Balance
            {
                Account = payment.DestinationAccount,
                Currency = payment.Currency,
                Hundredths = hundredths,
            });
            await ledger.SaveChangesAsync(cancellationToken);
        }

        await both.CommitAsync(cancellationToken);
        return HandlerResult.Processed;
    }
}
