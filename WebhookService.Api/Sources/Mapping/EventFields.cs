using WebhookService.Api.Sources.Definitions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>The five fields of an event, valid.</summary>
internal readonly record struct EventFields(
    string TransactionId, string SourceAccount, string DestinationAccount, decimal Amount, string Currency)
{
    /// <summary>The fault of a value that finds nothing.</summary>
    public static string NothingAt(string member, DefinitionValue value) =>
        Attempt.Shorten($"{member}: {value} finds no text or number.");
}
