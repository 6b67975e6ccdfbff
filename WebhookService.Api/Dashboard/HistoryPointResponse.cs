using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Api.Operations;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Dashboard;

/// <summary>A part of a past period, over all instances. What is not known is null, and so is all of a gap.</summary>
/// <param name="At">The end of the part, UTC.</param>
/// <param name="AcceptedPerSecond">New transactions a second; null after a gap.</param>
/// <param name="ProcessedPerSecond">Finished transactions a second, PROCESSED or FAILED; null after a gap.</param>
/// <param name="FailedPerSecond">Transactions a second that became FAILED; null after a gap.</param>
/// <param name="Processing">Accepted and not final, at the end of the part.</param>
/// <param name="OldestUnprocessedSeconds">Greatest age of one that was not final, in seconds; null if none.</param>
/// <param name="AcceptP99Ms">
/// The slowest 99th percentile of a second of the answer times to senders, on one instance, in milliseconds; null when
/// none was answered.
/// </param>
internal sealed record HistoryPointResponse(
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset At,
    double? AcceptedPerSecond,
    double? ProcessedPerSecond,
    double? FailedPerSecond,
    long? Processing,
    double? OldestUnprocessedSeconds,
    [property: JsonPropertyName("accept_p99_ms")] double? AcceptP99Ms)
{
    public static HistoryPointResponse From(HistoryPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return new HistoryPointResponse(
            point.At,
            Round(point.AcceptedPerSecond),
            Round(point.ProcessedPerSecond),
            Round(point.FailedPerSecond),
            point.Processing,
            StatsResponse.ToSeconds(point.OldestUnprocessed),
            point.AcceptP99 is { } p99 ? Math.Round(p99.TotalMilliseconds, 2) : null);
    }

    // One failure in an hour must not round to none.
    private static double? Round(double? rate) => rate is { } known ? Math.Round(known, 5) : null;
}
