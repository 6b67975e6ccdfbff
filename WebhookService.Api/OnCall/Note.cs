namespace WebhookService.Api.OnCall;

/// <summary>An operator's own words; null for none.</summary>
internal sealed record Note(string? Text);
