using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Failed transactions to retry.</summary>
internal sealed class RetryRequest(IReadOnlyList<FailedRound> rounds) : WriteRequest<int>
{
    public IReadOnlyList<FailedRound> Rounds { get; } = rounds;
}
