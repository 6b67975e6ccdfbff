using System.Text.Json.Serialization;
using WebhookService.Api.Http;

namespace WebhookService.Api.Operations;

/// <summary>A configured source, and what this instance has received from it since its start.</summary>
/// <param name="Name">Its name, the last segment of its address.</param>
/// <param name="Provider">The provider whose webhooks it takes.</param>
/// <param name="Events">The types of event that it takes; others are ignored.</param>
/// <param name="Accepted">Events that became new transactions.</param>
/// <param name="Duplicate">Events whose transaction was accepted before.</param>
/// <param name="Ignored">Events of types that it does not take.</param>
/// <param name="Quarantined">Bodies that were kept because they could not be understood.</param>
/// <param name="Refused">Requests without a valid signature.</param>
/// <param name="LastHeardAt">When a valid request last came, UTC; null before the first.</param>
internal sealed record SourceResponse(
    string Name,
    string Provider,
    IReadOnlyList<string> Events,
    long Accepted,
    long Duplicate,
    long Ignored,
    long Quarantined,
    long Refused,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? LastHeardAt);
