namespace WebhookService.Infrastructure.Statistics;

/// <summary>The state of the service at one time, and what happened since the previous sample.</summary>
/// <param name="At">The time of the sample.</param>
/// <param name="Stats">The state; without totals when the store could not be read.</param>
/// <param name="AcceptedPerSecond">New transactions per second on this instance since the previous sample.</param>
/// <param name="ProcessedPerSecond">
/// Finished transactions per second on this instance since the previous sample.
/// </param>
/// <param name="AcceptP50">The time within which half of the senders were answered; null when none was.</param>
/// <param name="AcceptP99">The time within which 99 of 100 senders were answered; null when none was.</param>
internal sealed record StatsSample(
    DateTimeOffset At,
    ServiceStats Stats,
    double AcceptedPerSecond,
    double ProcessedPerSecond,
    TimeSpan? AcceptP50,
    TimeSpan? AcceptP99);
