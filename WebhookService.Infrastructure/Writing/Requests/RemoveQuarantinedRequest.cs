namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>An event to remove from the quarantine; the outcome is the number of rows, 0 or 1.</summary>
internal sealed class RemoveQuarantinedRequest(long id) : WriteRequest<int>
{
    public long Id { get; } = id;
}
