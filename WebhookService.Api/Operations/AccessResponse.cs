namespace WebhookService.Api.Operations;

/// <summary>The caller's identity and rights.</summary>
/// <param name="Name">The name of the key; null if none is required.</param>
/// <param name="Scope">read or operate.</param>
internal sealed record AccessResponse(string? Name, string Scope);
