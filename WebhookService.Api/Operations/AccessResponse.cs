namespace WebhookService.Api.Operations;

/// <summary>What the caller may.</summary>
/// <param name="Name">The name of the key; null where none is needed.</param>
/// <param name="Scope">read or operate.</param>
public sealed record AccessResponse(string? Name, string Scope);
