using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Places in the inbox to give up, since the database has what was there; how many there were.</summary>
internal sealed class ForgetRequest(IReadOnlyList<long> sequences) : WriteRequest<int>
{
    public IReadOnlyList<long> Sequences { get; } = sequences;
}
