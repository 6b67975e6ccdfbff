namespace WebhookService.Domain.Reading;

/// <summary>Other content that was sent under an id that was known already.</summary>
/// <param name="SourceAccount">As it was sent.</param>
/// <param name="DestinationAccount">As it was sent.</param>
/// <param name="Amount">As it was sent.</param>
/// <param name="Currency">As it was sent, in upper case.</param>
/// <param name="FirstReceivedAt">When this content came first.</param>
/// <param name="LastReceivedAt">When this content came last.</param>
/// <param name="Times">How often this content came.</param>
public sealed record RecordedConflict(
    string SourceAccount,
    string DestinationAccount,
    decimal Amount,
    string Currency,
    DateTimeOffset FirstReceivedAt,
    DateTimeOffset LastReceivedAt,
    int Times);
