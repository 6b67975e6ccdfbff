namespace WebhookService.Domain.Reading;

/// <summary>Failed transactions that failed in the same way.</summary>
/// <param name="Reason">Why they failed.</param>
/// <param name="HttpStatus">The status code of the last attempt; null where there was none.</param>
/// <param name="Source">The source they came from; null for this service's own format.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Oldest">When the first of them was received.</param>
/// <param name="Newest">When the last of them was received.</param>
internal sealed record FailureGroup(
    string? Reason, int? HttpStatus, string? Source, long Count, DateTimeOffset Oldest, DateTimeOffset Newest);
