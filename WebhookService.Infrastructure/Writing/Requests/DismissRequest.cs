using WebhookService.Domain;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>
/// Failed transactions to dismiss, or whose dismissal to take back if it is null; the outcome is the number of rows.
/// </summary>
internal sealed class DismissRequest(IReadOnlyList<FailedRound> rounds, Dismissal? dismissal) : WriteRequest<int>
{
    public IReadOnlyList<FailedRound> Rounds { get; } = rounds;

    public Dismissal? Dismissal { get; } = dismissal;
}
