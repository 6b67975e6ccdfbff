namespace WebhookService.Api.Http;

/// <summary>Marks an action that does little work before it waits asynchronously.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeverBlocksAttribute : Attribute;
