using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace WebhookService.Api.OpenApi;

/// <summary>The groups of calls, in the order in which somebody new needs them.</summary>
internal sealed class ApiGroups : IDocumentFilter
{
    private static readonly (string Name, string Description)[] Groups =
    [
        ("Webhooks", "Takes transactions from payment providers."),
        ("Transactions", "Shows what became of transactions."),
        ("Operations", "Shows how the service stands, and retries what failed."),
        ("Health", "Says whether the service can keep its promise."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags =
        new HashSet<OpenApiTag>(Groups.Select(
            group => new OpenApiTag { Name = group.Name, Description = group.Description }));
}
