using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.OnCall;
using WebhookService.Api.Operations;
using WebhookService.Api.Quarantine;
using WebhookService.Api.Transactions;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api.OpenApi;

/// <summary>
/// Gives every answer its media type, its headers and an example: problems as the service writes them, other
/// bodies from <see cref="TransactionExamples"/>.
/// </summary>
internal sealed class AnswerExamples : IOperationFilter
{
    private const string TraceId = "00-6f8b1e0cd3a14a0f9c2f2b0a3a1d4e5f-1c2d3e4f5a6b7c8d-00";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var (code, answer) in operation.Responses!)
        {
            if (answer is not OpenApiResponse response)
            {
                continue;
            }

            var status = int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
            DescribeHeaders(response, operation.OperationId, status);
            if (TypeOf(context, status) is { } type && type != typeof(ProblemDetails)
                && type != typeof(HttpValidationProblemDetails))
            {
                DescribeBody(response, type, status);
            }
            else if (status >= StatusCodes.Status400BadRequest)
            {
                DescribeProblem(response, operation.OperationId, status, context);
            }
        }
    }

    private static Type? TypeOf(OperationFilterContext context, int status) =>
        context.ApiDescription.SupportedResponseTypes.FirstOrDefault(type => type.StatusCode == status)?.Type
            is { } type && type != typeof(void) ? type : null;

    private static void DescribeBody(OpenApiResponse response, Type type, int status)
    {
        foreach (var media in response.Content?.Values ?? [])
        {
            if (type == typeof(HealthResponse) && status == StatusCodes.Status503ServiceUnavailable)
            {
                media.Example = JsonNode.Parse(TransactionExamples.Unhealthy);
            }
            else
            {
                media.Example = type.GetElementType() is { } element
                    ? new JsonArray(TransactionExamples.Find(element))
                    : TransactionExamples.Find(type);
            }
        }
    }

    private static void DescribeProblem(
        OpenApiResponse response, string? operation, int status, OperationFilterContext context)
    {
        var errors = ErrorsOf(status, operation);
        var example = new JsonObject
        {
            ["type"] = $"https://www.rfc-editor.org/rfc/rfc9110#status.{status}",
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = DetailOf(status, operation),
        };
        if (errors is not null)
        {
            example["errors"] = errors;
        }

        example["traceId"] = TraceId;
        response.Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new()
            {
                Schema = context.SchemaGenerator.GenerateSchema(
                    errors is null ? typeof(ProblemDetails) : typeof(HttpValidationProblemDetails),
                    context.SchemaRepository),
                Example = example,
            },
        };
    }

    private static JsonObject? ErrorsOf(int status, string? operation) => (status, operation) switch
    {
        (StatusCodes.Status422UnprocessableEntity, not WebhooksController.AcceptOperation) => new JsonObject
        {
            ["reason"] = new JsonArray("must be a string of at most 500 characters, without control characters"),
        },
        (StatusCodes.Status422UnprocessableEntity, _) => new JsonObject
        {
            ["amount"] = new JsonArray("is required"),
        },
        (StatusCodes.Status400BadRequest, not WebhooksController.AcceptOperation) => new JsonObject
        {
            ["status"] = new JsonArray("must be PROCESSING, PROCESSED or FAILED"),
        },
        _ => null,
    };

    private static string DetailOf(int status, string? operation) => (status, operation) switch
    {
        (StatusCodes.Status400BadRequest, WebhooksController.AcceptOperation) =>
            "The body is not valid JSON (line 1, byte 2).",
        (StatusCodes.Status400BadRequest, _) => "One or more query parameters break a rule.",
        (StatusCodes.Status401Unauthorized,
            WebhooksController.AcceptOperation or SourceWebhooksController.ReceiveOperation) =>
            Security.WebhookSignatureHandler.Refused,
        (StatusCodes.Status401Unauthorized, _) => Security.ApiKeyHandler.Missing,
        (StatusCodes.Status403Forbidden, _) => "This needs a key with the scope operate; yours may only read.",
        (StatusCodes.Status404NotFound, SourceWebhooksController.ReceiveOperation) => SourceReceiver.NoSource,
        (StatusCodes.Status404NotFound, { } name) when name.Contains("Quarantine", StringComparison.Ordinal) =>
            QuarantineController.NothingHere,
        (StatusCodes.Status409Conflict, QuarantineController.ReplayOperation) =>
            "amount: /data/object/amount_received finds no text or number.",
        (StatusCodes.Status413PayloadTooLarge, SourceWebhooksController.ReceiveOperation) =>
            "The body is larger than 262144 bytes.",
        (StatusCodes.Status404NotFound, _) => "No transaction has this id.",
        (StatusCodes.Status409Conflict, _) => "Only a FAILED transaction can be retried; this one is PROCESSED.",
        (StatusCodes.Status413PayloadTooLarge, _) => "The body is larger than 16384 bytes.",
        (StatusCodes.Status415UnsupportedMediaType, _) => "The Content-Type must be application/json.",
        (StatusCodes.Status422UnprocessableEntity, _) => "One or more fields break a rule.",
        (StatusCodes.Status429TooManyRequests, _) => "Too many requests; retry after the seconds in Retry-After.",
        (_, WebhooksController.AcceptOperation or SourceWebhooksController.ReceiveOperation) =>
            "It could not be made durable in time.",
        _ => "The store cannot be read now.",
    };

    private static void DescribeHeaders(OpenApiResponse response, string? operation, int status)
    {
        (string Name, string Description)? header = (status, operation) switch
        {
            (StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable, _) =>
                ("Retry-After", "Seconds to wait before retrying (RFC 9110, section 10.2.3)."),
            (StatusCodes.Status202Accepted,
                WebhooksController.AcceptOperation or SourceWebhooksController.ReceiveOperation) =>
                ("Location", "The address of the transaction."),
            (StatusCodes.Status200OK, TransactionsController.ListOperation)
                or (StatusCodes.Status202Accepted, RetryController.RetryAllOperation
                    or DismissalController.DismissAllOperation or DismissalController.UndismissAllOperation
                    or ErasureController.EraseOperation) =>
                ("Link", "The address to continue at, with rel=\"next\" (RFC 8288); absent at the end."),
            _ => null,
        };
        if (header is { } one)
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            response.Headers[one.Name] = new OpenApiHeader
            {
                Description = one.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        }
    }
}
