namespace WebhookService.Api.Operations;

/// <summary>The result of a retry.</summary>
/// <param name="Retried">Number of transactions that moved from FAILED to PROCESSING.</param>
internal sealed record RetryResponse(int Retried);
