namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Transactions that lose the attempts begun before a time; how many attempts went.</summary>
internal sealed class PruneAttemptsRequest(IReadOnlyList<long> sequences, DateTimeOffset before) : WriteRequest<int>
{
    public IReadOnlyList<long> Sequences { get; } = sequences;

    public DateTimeOffset Before { get; } = before;
}
