namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Deletes a few of the attempts that began before a time; the outcome is their number.</summary>
internal sealed class PruneAttemptsRequest(DateTimeOffset before, int limit) : WriteRequest<int>
{
    public DateTimeOffset Before { get; } = before;

    public int Limit { get; } = limit;
}
