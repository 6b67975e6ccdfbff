using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.Dashboard;
using WebhookService.Api.OnCall;
using WebhookService.Api.Operations;
using WebhookService.Api.Quarantine;
using WebhookService.Api.Transactions;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api.OpenApi;

/// <summary>
/// Shows complete, realistic objects instead of the generator's "string" and 0, and adds what it cannot derive.
/// </summary>
internal sealed partial class TransactionExamples : ISchemaFilter
{
    /// <summary>The health of a service that cannot keep its promise.</summary>
    public const string Unhealthy = """
        {"status":"UNHEALTHY","current_time":"2026-01-15T10:30:00Z","reason":"database or disk is full"}
        """;

    private static readonly Dictionary<Type, string> Examples = new()
    {
        [typeof(string)] = JsonSerializer.Serialize(
            CsvLine.Header
            + "txn_abc123def456,acc_user_789,acc_merchant_456,150.50,INR,PROCESSED,2026-01-15T10:30:00.123456Z,"
            + "2026-01-15T10:30:30.456789Z,1,,,,,,transactions,,,\r\n"),
        [typeof(AccessResponse)] = """{"name":"night-shift","scope":"operate"}""",
        [typeof(InstanceResponse)] = """
            {"id":7,"started_at":"2026-01-15T09:00:00.123456Z","heartbeat_at":"2026-01-15T10:29:58.123456Z",
             "expires_at":"2026-01-15T10:30:18.123456Z","is_self":true,"alive":true}
            """,
        [typeof(SampleResponse)] = """
            {"at":"2026-01-15T10:30:00.123456Z","processing":12,"processed":48210,"failed":3,"dismissed":1,
             "conflicts":1,"oldest_unprocessed_seconds":8.4,"queue_depth":0,"in_flight":12,"accepted_per_second":35.2,
             "processed_per_second":35.1,"accept_p50_ms":1.2,"accept_p99_ms":4.8,"paused":false,
             "inbox_waiting":null,"inbox_quarantined":null}
            """,
        [typeof(HistoryPointResponse)] = """
            {"at":"2026-01-15T10:30:00.123456Z","accepted_per_second":35.2,"processed_per_second":35.1,
             "failed_per_second":0.05,"processing":12,"oldest_unprocessed_seconds":8.4,"accept_p99_ms":4.8}
            """,
        [typeof(TransactionResponse)] = """
            {"transaction_id":"txn_abc123def456","source_account":"acc_user_789",
             "destination_account":"acc_merchant_456","amount":150.50,"currency":"INR",
             "status":"PROCESSED","created_at":"2026-01-15T10:30:00.123456Z",
             "processed_at":"2026-01-15T10:30:30.456789Z","attempts":1,"failure_reason":null,
             "dismissed_at":null,"dismissed_by":null,"note":null,"next_attempt_at":null,
             "source":"transactions","event_type":null,"event_id":null,"occurred_at":null}
            """,
        [typeof(SourceResponse)] = """
            {"name":"stripe","provider":"stripe","events":["payment_intent.succeeded"],"accepted":4821,"duplicate":3,
             "ignored":17,"quarantined":1,"refused":0,"last_heard_at":"2026-01-15T10:30:00.123456Z"}
            """,
        [typeof(QuarantineEntryResponse)] = """
            {"id":12,"source":"stripe","received_at":"2026-01-15T10:30:00.123456Z",
             "last_received_at":"2026-01-15T10:35:00.123456Z",
             "reason":"amount: /data/object/amount_received finds no text or number.",
             "event_type":"payment_intent.succeeded","event_id":"evt_1","times":2}
            """,
        [typeof(EventResponse)] = """{"message":"accepted","transaction_id":"stripe:pi_1","duplicate":false}""",
        [typeof(BulkReplayResponse)] = """{"replayed":17,"remaining":0}""",
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
        [typeof(DismissResponse)] = """{"dismissed":17}""",
        [typeof(UndismissResponse)] = """{"undismissed":17}""",
        [typeof(ErasureResponse)] = """{"erased":42,"unfinished":1,"conflicts":0,"quarantined":0}""",
        [typeof(MatchesResponse)] = """{"count":61,"more":false}""",
        [typeof(StatsResponse)] = """
            {"processing":12,"processed":48210,"failed":3,"dismissed":1,"conflicts":1,"oldest_unprocessed_seconds":8.4,
             "queue_depth":0,"in_flight":12,"accepted_per_second":35.2,"processed_per_second":35.1,"paused":false,
             "inbox_waiting":null,"inbox_quarantined":null}
            """,
        [typeof(ProcessingResponse)] = """
            {"state":"paused","since":"2026-01-15T10:30:00.123456Z","by":"ops","reason":"The acquirer is down."}
            """,
        [typeof(FailureResponse)] = """
            {"reason":"503 Service Unavailable: maintenance","http_status":503,"source":"stripe","count":17,
             "oldest":"2026-01-15T10:30:00.123456Z","newest":"2026-01-15T10:36:00.123456Z"}
            """,
        [typeof(AuditResponse)] = """
            {"at":"2026-01-15T10:30:00.123456Z","by":"ops","action":"retry","target":"txn_abc123def456","count":1,
             "reason":null}
            """,
        [typeof(HealthResponse)] = """{"status":"HEALTHY","current_time":"2026-01-15T10:30:00Z"}""",
    };

    /// <summary>A new copy of a type's example; null where there is none.</summary>
    public static JsonNode? Find(Type type) =>
        Examples.TryGetValue(type, out var example) ? JsonNode.Parse(example) : null;

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema concrete)
        {
            return;
        }

        // Answers may gain members, and unknown members of requests are ignored.
        concrete.AdditionalPropertiesAllowed = true;
        concrete.Description = concrete.Description is { } text ? LineBreak().Replace(text, " ") : null;
        concrete.Example = (context.Type == typeof(string) ? null : Find(context.Type)) ?? concrete.Example;
        if (context.MemberInfo is { Name: nameof(TransactionRequest.Amount) } member)
        {
            DescribeAmount(concrete, isRequest: member.DeclaringType == typeof(TransactionRequest));
        }
    }

    // Generators make a double of any other number, which cannot hold the cents of large amounts. In a request, the
    // number comes first, because NSwag reads only that one, and has the format alone: on both, Kiota would drop the
    // string, which its clients need in languages without decimals.
    private static void DescribeAmount(OpenApiSchema amount, bool isRequest)
    {
        if (!isRequest)
        {
            amount.Format = "decimal";
            return;
        }

        amount.Type = null;
        amount.Format = null;
        amount.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.Number, Format = "decimal", ExclusiveMinimum = "0" },
            new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?$" },
        ];
    }

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreak();
}
