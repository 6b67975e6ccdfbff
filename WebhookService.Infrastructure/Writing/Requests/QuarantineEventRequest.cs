using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>One event to quarantine.</summary>
internal sealed class QuarantineEventRequest : WriteRequest<QuarantineOutcome>
{
    public QuarantineEventRequest(QuarantinedEvent received)
    {
        Event = received;

        // A writer that does not know this request must not acknowledge it.
        Outcome = QuarantineOutcome.Unavailable;
    }

    public QuarantinedEvent Event { get; }

    public override int Size => Event.Payload.Body.Length;

    public override void Reject(string reason) => Answer(QuarantineOutcome.Unavailable);
}
