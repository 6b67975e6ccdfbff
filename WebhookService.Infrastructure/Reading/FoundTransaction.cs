using System.Linq.Expressions;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Reading;

/// <summary>A row and what is kept of its event besides the payload.</summary>
internal sealed record FoundTransaction(Transaction Transaction, EventDetails? Event)
{
    /// <summary>Joins a row with its event, if it has one. The body is not read.</summary>
    public static Expression<Func<Transaction, EventRow?, FoundTransaction>> WithEvent { get; } = (t, e) =>
        new FoundTransaction(t, e == null ? null : new EventDetails(e.EventType, e.EventId, e.OccurredAt));

    /// <summary>The transaction with its event.</summary>
    public Transaction Join() => Transaction.WithEvent(Event);
}
