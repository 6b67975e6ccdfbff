namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Deletes the attempts of these transactions that began before a time; the outcome is their number.</summary>
internal sealed class PruneAttemptsRequest(IReadOnlyList<long> sequences, DateTimeOffset before) : WriteRequest<int>
{
    public IReadOnlyList<long> Sequences { get; } = sequences;

    public DateTimeOffset Before { get; } = before;
}
