using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Domain;

namespace WebhookService.Api.Transactions;

/// <summary>The answer to a client that asks for one transaction, written when it was found.</summary>
internal sealed partial class FindAnswer(Task<Transaction?> finding) : DeferredAnswer
{
    public const string NotFound = "No transaction has this id.";

    public override async Task WriteAsync(HttpContext context)
    {
        Transaction? transaction;
        try
        {
            transaction = await finding;
        }
        catch (StoreUnavailableException exception)
        {
            await context.WriteUnavailableAsync(exception.Message);
            return;
        }
        catch (Exception exception)
        {
            // The row cannot be read.
            Log.Unreadable(context.RequestServices.GetRequiredService<ILogger<FindAnswer>>(), exception);
            await context.WriteProblemAsync(StatusCodes.Status500InternalServerError);
            return;
        }

        if (transaction is null)
        {
            await context.WriteProblemAsync(StatusCodes.Status404NotFound, NotFound);
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            TransactionResponse.From(transaction), TransactionJson.Default.TransactionResponse);
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
    }

    private static partial class Log
    {
        [LoggerMessage(103, LogLevel.Error, "A transaction cannot be read.")]
        public static partial void Unreadable(ILogger logger, Exception exception);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TransactionResponse))]
internal sealed partial class TransactionJson : JsonSerializerContext;
