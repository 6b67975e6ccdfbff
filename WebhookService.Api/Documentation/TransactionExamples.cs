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
             "processed_at":"2026-01-15T10:30:30.456789Z","attempts":1,"failure_reason":null,
             "next_attempt_at":null}
            """,
        [typeof(AttemptResponse)] = """
            {"number":1,"started_at":"2026-01-15T10:30:00.234567Z","duration_ms":184,"outcome":"FAULTED",
             "http_status":503,"detail":"503 Service Unavailable: maintenance","instance":7}
            """,
        [typeof(ConflictResponse)] = """
            {"source_account":"acc_user_789","destination_account":"acc_merchant_456","amount":999.00,
             "currency":"INR","first_received_at":"2026-01-15T10:31:00.123456Z",
             "last_received_at":"2026-01-15T10:36:00.123456Z","times":3}
            """,
        [typeof(RetryResponse)] = """{"retried":17}""",
        [typeof(StatsResponse)] = """
            {"processing":12,"processed":48210,"failed":3,"conflicts":1,"oldest_unprocessed_seconds":8.4,
             "queue_depth":0,"in_flight":12,"accepted_per_second":35.2,"processed_per_second":35.1,"paused":false,
             "inbox_waiting":null,"inbox_quarantined":null}
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
