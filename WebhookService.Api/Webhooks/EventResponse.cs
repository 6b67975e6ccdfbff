using System.Text.Json.Serialization;
using WebhookService.Domain;

namespace WebhookService.Api.Webhooks;

/// <summary>What became of one event of a source.</summary>
/// <param name="Message">
/// "accepted", "duplicate" for a transaction that was accepted before, "ignored" for a type that the source does not
/// take, or "quarantined" for an event that was kept because it could not be understood.
/// </param>
/// <param name="TransactionId">The id of the transaction that the event was mapped to; absent without one.</param>
/// <param name="Duplicate">Whether the id was known; absent without a transaction.</param>
/// <param name="Conflict">True when the id was known with different content, which stays; absent otherwise.</param>
internal sealed record EventResponse(
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TransactionId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Duplicate = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Conflict = null)
{
    internal static EventResponse Ignored { get; } = new("ignored");

    internal static EventResponse Quarantined { get; } = new("quarantined");

    internal static EventResponse Of(Transaction transaction, AddOutcome outcome)
    {
        var isNew = outcome == AddOutcome.Added;
        return new EventResponse(
            isNew ? "accepted" : "duplicate",
            transaction.TransactionId,
            !isNew,
            outcome == AddOutcome.Conflict ? true : null);
    }
}

/// <summary>What became of the events of one body.</summary>
/// <param name="Message">Always "accepted".</param>
/// <param name="Events">The results in the order of the body.</param>
internal sealed record EventsResponse(string Message, IReadOnlyList<EventResponse> Events);
