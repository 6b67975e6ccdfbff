using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>
/// The state of one kind of alert, to store if its version is still the stored one; the outcome is the number of rows,
/// 0 if another instance was faster.
/// </summary>
internal sealed class AlertRequest(AlertState state) : WriteRequest<int>
{
    public AlertState State { get; } = state;
}
