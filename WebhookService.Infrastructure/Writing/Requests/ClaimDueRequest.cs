using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>One page of claims of rows whose next attempt is due.</summary>
internal sealed class ClaimDueRequest(DateTimeOffset now, int limit) : WriteRequest<IReadOnlyList<ClaimedTransaction>>
{
    public DateTimeOffset Now { get; } = now;

    public int Limit { get; } = limit;
}
