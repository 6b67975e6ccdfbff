namespace WebhookService.Domain.Reading;

/// <summary>An attempt as it was recorded.</summary>
/// <param name="Number">From 1, counted through all rounds.</param>
/// <param name="InstanceId">The instance that made it.</param>
/// <param name="Attempt">The attempt and its result.</param>
internal sealed record RecordedAttempt(int Number, long InstanceId, Attempt Attempt);
