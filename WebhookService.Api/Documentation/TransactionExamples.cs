using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.Contracts;

namespace WebhookService.Api.Documentation;

/// <summary>Shows whole, true objects where the generator would make up "string" and 0.</summary>
internal sealed class TransactionExamples : ISchemaFilter
{
    private static readonly Dictionary<Type, string> Examples = new()
    {
        [typeof(TransactionResponse)] = """
            {"transaction_id":"txn_abc123def456","source_account":"acc_user_789",
             "destination_account":"acc_merchant_456","amount":150.50,"currency":"INR",
             "status":"PROCESSED","created_at":"2026-01-15T10:30:00.123456Z",
             "processed_at":"2026-01-15T10:30:30.456789Z","attempts":1,"failure_reason":null}
            """,
        [typeof(HealthResponse)] = """{"status":"HEALTHY","current_time":"2026-01-15T10:30:00Z"}""",
    };

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is OpenApiSchema concrete && Examples.TryGetValue(context.Type, out var example))
        {
            concrete.Example = JsonNode.Parse(example);
        }
    }
}
