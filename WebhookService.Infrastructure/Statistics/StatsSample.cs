namespace WebhookService.Infrastructure.Statistics;

/// <summary>Where the service stood at a moment, and what happened since the moment before.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Stats">Where it stood; without counts when the store could not be read.</param>
/// <param name="AcceptedPerSecond">New ones on this instance since the sample before.</param>
/// <param name="ProcessedPerSecond">Finished ones on this instance since the sample before.</param>
/// <param name="AcceptP50">Within which half of the senders were answered; null when none was.</param>
/// <param name="AcceptP99">Within which 99 of 100 senders were answered; null when none was.</param>
public sealed record StatsSample(
    DateTimeOffset At,
    ServiceStats Stats,
    double AcceptedPerSecond,
    double ProcessedPerSecond,
    TimeSpan? AcceptP50,
    TimeSpan? AcceptP99);
