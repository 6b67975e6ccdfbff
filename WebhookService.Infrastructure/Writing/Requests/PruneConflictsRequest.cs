namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>
/// Deletes a few conflicts in which an account was sent; the outcome is the number of rows.
/// </summary>
internal sealed class PruneConflictsRequest(string account, int limit) : WriteRequest<int>
{
    public string Account { get; } = account;

    public int Limit { get; } = limit;
}
