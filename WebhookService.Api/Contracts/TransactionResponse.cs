using System.Text.Json.Serialization;
using WebhookService.Domain;

namespace WebhookService.Api.Contracts;

/// <summary>A transaction as the service keeps it.</summary>
/// <param name="TransactionId">The sender's id.</param>
/// <param name="SourceAccount">The account the money leaves.</param>
/// <param name="DestinationAccount">The account the money goes to.</param>
/// <param name="Amount">Exact, always with two decimals.</param>
/// <param name="Currency">An ISO 4217 code.</param>
/// <param name="Status">PROCESSING, PROCESSED or FAILED.</param>
/// <param name="CreatedAt">When it was received, UTC.</param>
/// <param name="ProcessedAt">When it became final, UTC; null while PROCESSING.</param>
/// <param name="Attempts">How many external calls came to a result.</param>
/// <param name="FailureReason">Why it failed; null unless FAILED.</param>
public sealed record TransactionResponse(
    string TransactionId,
    string SourceAccount,
    string DestinationAccount,
    decimal Amount,
    string Currency,
    string Status,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset CreatedAt,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? ProcessedAt,
    int Attempts,
    string? FailureReason)
{
    public static TransactionResponse From(Transaction transaction) => new(
        transaction.TransactionId,
        transaction.SourceAccount,
        transaction.DestinationAccount,
        transaction.Amount,
        transaction.Currency,
        TransactionStatusNames.ToName(transaction.Status),
        transaction.CreatedAt,
        transaction.ProcessedAt,
        transaction.Attempts,
        transaction.FailureReason);
}
