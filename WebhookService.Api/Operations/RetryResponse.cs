namespace WebhookService.Api.Operations;

/// <summary>What a retry did.</summary>
/// <param name="Retried">How many transactions went from FAILED to PROCESSING.</param>
public sealed record RetryResponse(int Retried);
