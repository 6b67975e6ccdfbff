using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain;

namespace WebhookService.Api.Transactions;

/// <summary>A transaction as the service stores it.</summary>
/// <param name="TransactionId">The sender's id.</param>
/// <param name="SourceAccount">The account the money leaves; null when the content was pruned.</param>
/// <param name="DestinationAccount">The account the money goes to; null when the content was pruned.</param>
/// <param name="Amount">Exact, always with two decimals; null when the content was pruned.</param>
/// <param name="Currency">An ISO 4217 code; null when the content was pruned.</param>
/// <param name="Status">PROCESSING, PROCESSED or FAILED.</param>
/// <param name="CreatedAt">When it was received, UTC.</param>
/// <param name="ProcessedAt">When it became final, UTC; null while PROCESSING.</param>
/// <param name="Attempts">Number of external calls that returned a result.</param>
/// <param name="FailureReason">Why it failed; null unless FAILED.</param>
/// <param name="DismissedAt">When an operator dismissed it, UTC; null unless it is FAILED and dismissed.</param>
/// <param name="DismissedBy">The name of the key that dismissed it; null if none was required.</param>
/// <param name="Note">The operator's note on the dismissal; null for none.</param>
/// <param name="NextAttemptAt">When the next attempt may begin, UTC; null unless it is waiting for one.</param>
/// <param name="Source">The source it came from; "transactions" for this service's own format.</param>
/// <param name="EventType">The provider's type of event; null where unknown.</param>
/// <param name="EventId">The provider's id of the event; null where unknown.</param>
/// <param name="OccurredAt">When the event occurred, by the provider's clock, UTC; null where unknown.</param>
internal sealed record TransactionResponse(
    string TransactionId,
    string? SourceAccount,
    string? DestinationAccount,
    decimal? Amount,
    string? Currency,
    string Status,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset CreatedAt,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? ProcessedAt,
    int Attempts,
    string? FailureReason,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? DismissedAt,
    string? DismissedBy,
    string? Note,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? NextAttemptAt,
    string Source,
    string? EventType,
    string? EventId,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? OccurredAt)
{
    public static TransactionResponse From(Transaction transaction) => new(
        transaction.TransactionId,
        transaction.IsPruned ? null : transaction.SourceAccount,
        transaction.IsPruned ? null : transaction.DestinationAccount,
        transaction.IsPruned ? null : transaction.Amount,
        transaction.IsPruned ? null : transaction.Currency,
        TransactionStatusNames.ToName(transaction.Status),
        transaction.CreatedAt,
        transaction.ProcessedAt,
        transaction.Attempts,
        transaction.FailureReason,
        transaction.Dismissal?.At,
        transaction.Dismissal?.By,
        transaction.Dismissal?.Note,
        transaction.NextAttemptAt,
        transaction.Source ?? SourceEvent.PlainSource,
        transaction.Event?.Type,
        transaction.Event?.Id,
        transaction.Event?.OccurredAt);
}
