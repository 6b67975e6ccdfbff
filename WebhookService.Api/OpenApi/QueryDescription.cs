using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.Http;

namespace WebhookService.Api.OpenApi;

/// <summary>Describes the 400 of calls without parameters, which reject any.</summary>
internal sealed class QueryDescription : IOperationFilter
{
    private const string BadRequest = "400";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!QueryNames.IsChecked($"/{context.ApiDescription.RelativePath}")
            || operation.Responses!.ContainsKey(BadRequest))
        {
            return;
        }

        operation.Responses[BadRequest] = new OpenApiResponse
        {
            Description = "This call takes no query parameters; `errors` names those that were sent.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType
                {
                    Schema = context.SchemaGenerator.GenerateSchema(
                        typeof(HttpValidationProblemDetails), context.SchemaRepository),
                },
            },
        };
    }
}
