using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.OnCall;
using WebhookService.Domain.Operations;

namespace WebhookService.Api.OpenApi;

/// <summary>Describes the optional body of an operator's action, which the action reads itself.</summary>
internal sealed class NoteOperation : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.MethodInfo.GetCustomAttribute<OperatorNoteAttribute>() is not { Member: var member })
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "Optional; kept in the audit.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        AdditionalPropertiesAllowed = false,
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            [member] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.String | JsonSchemaType.Null,
                                MaxLength = AuditEntry.MaxReasonLength,
                            },
                        },
                    },
                    Example = new JsonObject { [member] = "The acquirer is down." },
                },
            },
        };
    }
}
