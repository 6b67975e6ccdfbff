namespace WebhookService.Domain.Reading;

/// <summary>Different content that was received under a known id.</summary>
/// <param name="SourceAccount">As it was sent.</param>
/// <param name="DestinationAccount">As it was sent.</param>
/// <param name="Amount">As it was sent.</param>
/// <param name="Currency">As it was sent, in upper case.</param>
/// <param name="FirstReceivedAt">When this content was first received.</param>
/// <param name="LastReceivedAt">When this content was last received.</param>
/// <param name="Times">How often this content was received.</param>
internal sealed record RecordedConflict(
    string SourceAccount,
    string DestinationAccount,
    decimal Amount,
    string Currency,
    DateTimeOffset FirstReceivedAt,
    DateTimeOffset LastReceivedAt,
    int Times);
