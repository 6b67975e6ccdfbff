namespace WebhookService.Infrastructure.Persistence.Commit;

/// <summary>Failed transactions to try again.</summary>
internal sealed class RetryRequest(IReadOnlyList<string> transactionIds) : WriteRequest<int>
{
    public IReadOnlyList<string> TransactionIds { get; } = transactionIds;
}
