using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace WebhookService.Api.Http;

/// <summary>
/// Writes the answers of the actions in the contract's JSON, whatever the application has configured.
/// </summary>
internal sealed class AnswerJson : IResultFilter
{
    /// <summary>Members in snake case. The answers are JSON and never part of a page, so little is escaped.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly SystemTextJsonOutputFormatter Formatter = new(Options);

    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is ObjectResult answer)
        {
            answer.Formatters.Add(Formatter);
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
