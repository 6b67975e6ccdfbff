namespace WebhookService.Api.Http;

/// <summary>Marks a controller whose addresses belong to the application that this service is a part of.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WholeServiceOnlyAttribute : Attribute;
