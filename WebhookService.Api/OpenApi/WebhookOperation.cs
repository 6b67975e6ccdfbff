using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api.OpenApi;

/// <summary>Describes the webhook's body and answer, which the action reads and writes itself.</summary>
internal sealed class WebhookOperation : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.MethodInfo.DeclaringType != typeof(WebhooksController))
        {
            return;
        }

        var schema = context.SchemaGenerator.GenerateSchema(typeof(TransactionRequest), context.SchemaRepository);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "Other members are ignored; a repeated member name is rejected.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = schema,
                    Examples = new Dictionary<string, IOpenApiExample>
                    {
                        ["payment"] = Example("A payment", """
                            {"transaction_id":"txn_abc123def456","source_account":"acc_user_789",
                             "destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}
                            """),
                        ["amountAsText"] = Example("The amount as a string", """
                            {"transaction_id":"txn_abc123def457","source_account":"acc_user_789",
                             "destination_account":"acc_merchant_456","amount":"0.99","currency":"eur"}
                            """),
                    },
                },
            },
        };
        operation.Responses!.Remove("200");
        ((OpenApiResponse)operation.Responses["202"]).Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new()
            {
                Schema = context.SchemaGenerator.GenerateSchema(typeof(AcceptedResponse), context.SchemaRepository),
            },
        };
        Describe(operation, "202", ("accepted", """
            {"message":"accepted","transaction_id":"txn_abc123def456","duplicate":false}
            """), ("duplicate", """
            {"message":"duplicate","transaction_id":"txn_abc123def456","duplicate":true}
            """), ("conflict", """
            {"message":"duplicate","transaction_id":"txn_abc123def456","duplicate":true,"conflict":true}
            """));
    }

    private static OpenApiExample Example(string summary, string json) =>
        new() { Summary = summary, Value = JsonNode.Parse(json) };

    private static void Describe(
        OpenApiOperation operation, string status, params (string Name, string Json)[] examples)
    {
        foreach (var content in operation.Responses![status].Content!.Values)
        {
            content.Examples = examples.ToDictionary(
                example => example.Name, example => (IOpenApiExample)Example(example.Name, example.Json));
        }
    }
}
