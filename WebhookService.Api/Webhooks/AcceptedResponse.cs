using System.Text.Json.Serialization;

namespace WebhookService.Api.Webhooks;

/// <summary>The promise: the transaction is on disk and will be processed once.</summary>
/// <param name="Message">"accepted", or "duplicate" for an id that was accepted before.</param>
/// <param name="TransactionId">The id as it was sent.</param>
/// <param name="Duplicate">Whether the id was known; then nothing is stored or processed again.</param>
/// <param name="Conflict">True when the id was known with different content, which stays; absent otherwise.</param>
internal sealed record AcceptedResponse(
    string Message,
    string TransactionId,
    bool Duplicate,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Conflict);
