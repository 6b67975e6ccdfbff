namespace WebhookService.Domain.Reading;

/// <summary>An attempt as it was recorded.</summary>
/// <param name="Number">From 1, counted through all rounds.</param>
/// <param name="InstanceId">Which instance made it.</param>
/// <param name="Attempt">What it was and what came of it.</param>
public sealed record RecordedAttempt(int Number, long InstanceId, Attempt Attempt);
