namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>
/// Removes a few of the quarantined events last received before a time; the outcome is their number.
/// </summary>
internal sealed class PruneQuarantineRequest(DateTimeOffset before, int limit) : WriteRequest<int>
{
    public DateTimeOffset Before { get; } = before;

    public int Limit { get; } = limit;
}
