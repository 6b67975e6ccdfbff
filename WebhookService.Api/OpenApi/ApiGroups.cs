using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace WebhookService.Api.OpenApi;

/// <summary>The groups of calls, in the order in which a new user needs them.</summary>
internal sealed class ApiGroups : IDocumentFilter
{
    private static readonly (string Name, string Description)[] Groups =
    [
        ("Webhooks", "Receives transactions from payment providers."),
        ("Transactions", "Shows transactions and their results."),
        ("Sources", "Shows the sources, and the quarantine of bodies that could not be understood."),
        ("Operations", "Shows the state of the service and retries failed transactions."),
        ("On call", "Pauses and resumes processing, and shows what operators did."),
        ("Health", "Reports whether the service can keep its promise."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags =
        new HashSet<OpenApiTag>(Groups.Select(
            group => new OpenApiTag { Name = group.Name, Description = group.Description }));
}
