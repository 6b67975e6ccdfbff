namespace WebhookService.Infrastructure.Writing;

/// <summary>How much a writer keeps beside the transactions.</summary>
internal sealed record StoreLimits(RetentionOptions Retention, QuarantineOptions Quarantine);
