using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain.Operations;

namespace WebhookService.Api.OnCall;

/// <summary>An action of an operator.</summary>
/// <param name="At">When it was done, UTC.</param>
/// <param name="By">The name of the key; null if none was required.</param>
/// <param name="Action">pause, resume, retry, replay or delete.</param>
/// <param name="Target">The id, or the filter as a query string, that it was applied to; null if to everything.</param>
/// <param name="Count">Number of transactions or quarantined bodies that it changed.</param>
/// <param name="Reason">The reason given; null for none.</param>
internal sealed record AuditResponse(
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset At,
    string? By,
    string Action,
    string? Target,
    long Count,
    string? Reason)
{
    internal static AuditResponse From(RecordedAudit recorded) => new(
        recorded.Entry.At,
        recorded.Entry.By,
        recorded.Entry.Action,
        recorded.Entry.Target,
        recorded.Entry.Count,
        recorded.Entry.Reason);
}
