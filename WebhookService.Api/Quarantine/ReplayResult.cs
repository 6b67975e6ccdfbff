using WebhookService.Api.Webhooks;

namespace WebhookService.Api.Quarantine;

/// <summary>The result of a replay.</summary>
/// <param name="Events">What became of the body's events.</param>
/// <param name="Reason">Why the body still cannot be understood; null when it has left the quarantine.</param>
internal sealed record ReplayResult(IReadOnlyList<EventResponse> Events, string? Reason)
{
    public static ReplayResult Still(string reason) => new([], reason);
}
