using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>A transaction that the database refuses by itself, to be put aside; how many were.</summary>
internal sealed class QuarantineRequest(long sequence, DateTimeOffset at) : WriteRequest<int>
{
    public long Sequence { get; } = sequence;

    public DateTimeOffset At { get; } = at;
}
