using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>One external call that came to a result.</summary>
/// <param name="Number">From 1, counted on through retries by operators.</param>
/// <param name="StartedAt">When it was sent, UTC.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Outcome">SUCCEEDED, FAULTED (another attempt may succeed) or REJECTED (for good).</param>
/// <param name="HttpStatus">What it was answered with; null when there was no answer.</param>
/// <param name="Detail">What the answer said or what went wrong; null when it succeeded.</param>
/// <param name="Instance">The number of the instance that made it.</param>
public sealed record AttemptResponse(
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
