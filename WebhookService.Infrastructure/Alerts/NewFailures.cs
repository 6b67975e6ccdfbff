namespace WebhookService.Infrastructure.Alerts;

/// <summary>Transactions that failed in the same way.</summary>
/// <param name="Reason">The status with its standard phrase, or what happened instead; null where unknown.</param>
/// <param name="HttpStatus">The status code of the last attempt; null where there was none.</param>
/// <param name="Source">The source they came from; null for this service's own format.</param>
/// <param name="Count">How many they are.</param>
internal sealed record NewFailures(string? Reason, int? HttpStatus, string? Source, long Count);

/// <summary>Events of a source that came into the quarantine.</summary>
/// <param name="Source">The configured name of the source.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Last">The number of the last one.</param>
internal sealed record NewQuarantined(string Source, long Count, long Last);
