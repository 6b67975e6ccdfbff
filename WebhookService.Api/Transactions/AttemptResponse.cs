using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>One external call that returned a result.</summary>
/// <param name="Number">From 1, continuing across retries by operators.</param>
/// <param name="StartedAt">When the call was sent, UTC.</param>
/// <param name="DurationMs">Time from sending the call to its result, in milliseconds.</param>
/// <param name="Outcome">SUCCEEDED, FAULTED (another attempt may succeed) or REJECTED (permanently).</param>
/// <param name="HttpStatus">The status code of the response; null when there was none.</param>
/// <param name="Detail">The response text or the error; null on success.</param>
/// <param name="Instance">The number of the instance that made it.</param>
internal sealed record AttemptResponse(
    int Number,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset StartedAt,
    long DurationMs,
    string Outcome,
    int? HttpStatus,
    string? Detail,
    long Instance)
{
    public static AttemptResponse From(RecordedAttempt recorded) => new(
        recorded.Number,
        recorded.Attempt.StartedAt,
        (long)recorded.Attempt.Duration.TotalMilliseconds,
        AttemptOutcomeNames.ToName(recorded.Attempt.Outcome),
        recorded.Attempt.HttpStatus,
        recorded.Attempt.Detail,
        recorded.InstanceId);
}
