using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.Quarantine;
using WebhookService.Api.Transactions;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api.OpenApi;

/// <summary>Describes providers' bodies, which have no schema of this service, and the answers to them.</summary>
internal sealed class SourceOperation : IOperationFilter
{
    private static readonly string[] Payloads =
        [nameof(TransactionsController.GetPayload), nameof(QuarantineController.GetPayload)];

    private static readonly (string Name, string Summary, string Json)[] Bodies =
    [
        ("stripe", "Stripe: a payment succeeded", """
            {"id":"evt_1","type":"payment_intent.succeeded","created":1768473000,"data":{"object":{"id":"pi_1",
             "amount":2000,"amount_received":2000,"currency":"usd","customer":"cus_1"}}}
            """),
        ("razorpay", "Razorpay: a payment was captured", """
            {"event":"payment.captured","account_id":"acc_B","created_at":1768473000,"payload":{"payment":{"entity":{
             "id":"pay_D","amount":15050,"currency":"INR","order_id":"order_D","email":"g@example.com"}}}}
            """),
    ];

    private static readonly (string Name, string Summary, string Json)[] Answers =
    [
        ("accepted", "Accepted", """{"message":"accepted","transaction_id":"stripe:pi_1","duplicate":false}"""),
        ("duplicate", "Sent before", """{"message":"duplicate","transaction_id":"stripe:pi_1","duplicate":true}"""),
        ("ignored", "A type that the source does not take", """{"message":"ignored"}"""),
        ("quarantined", "Kept, since it cannot be understood", """{"message":"quarantined"}"""),
        ("several", "Several events in one body", """
            {"message":"accepted","events":[
             {"message":"accepted","transaction_id":"adyen:PSP1","duplicate":false},{"message":"ignored"}]}
            """),
    ];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.MethodInfo.DeclaringType == typeof(SourceWebhooksController))
        {
            DescribeWebhook(operation, context);
        }
        else if (Payloads.Contains(context.MethodInfo.Name))
        {
            DescribePayload(operation);
        }
    }

    private static void DescribeWebhook(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "The provider's own body; its signature is in the headers that the provider sets.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true },
                    Examples = Examples(Bodies),
                },
            },
        };
        operation.Responses!.Remove("200");
        ((OpenApiResponse)operation.Responses["202"]).Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new()
            {
                Schema = new OpenApiSchema
                {
                    OneOf =
                    [
                        context.SchemaGenerator.GenerateSchema(typeof(EventResponse), context.SchemaRepository),
                        context.SchemaGenerator.GenerateSchema(typeof(EventsResponse), context.SchemaRepository),
                    ],
                },
                Examples = Examples(Answers),
            },
        };
    }

    private static void DescribePayload(OpenApiOperation operation) =>
        ((OpenApiResponse)operation.Responses!["200"]).Content = new Dictionary<string, OpenApiMediaType>
        {
            ["*/*"] = new()
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                Example = Bodies[0].Json.Trim(),
            },
        };

    private static Dictionary<string, IOpenApiExample> Examples((string Name, string Summary, string Json)[] all) =>
        all.ToDictionary(
            it => it.Name,
            it => (IOpenApiExample)new OpenApiExample { Summary = it.Summary, Value = JsonNode.Parse(it.Json) });
}
