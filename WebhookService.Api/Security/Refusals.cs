using System.Collections.Concurrent;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Api.Security;

/// <summary>Tells operators who was not let in and exactly why: by metrics, and a line a second in the log.</summary>
/// <remarks>
/// Whoever is refused can ask again a million times; the log must not grow with that. So of each reason one line a
/// second is written at most, with how many there were.
/// </remarks>
internal sealed partial class Refusals(WebhookMetrics metrics, TimeProvider clock, ILogger<Refusals> logger)
{
    private readonly ConcurrentDictionary<(string Door, string Reason), LogPace> _paces = [];

    /// <summary>Counts one and logs it, or leaves it to the next line.</summary>
    /// <param name="door">The authentication scheme, or the limit.</param>
    /// <param name="reason">One of a few fixed words; nothing of what the request said.</param>
    public void Add(string door, string reason)
    {
        metrics.Refused(door, reason);
        var pace = _paces.GetOrAdd((door, reason), static (_, clock) => new LogPace(clock), clock);
        if (pace.Count() is > 0 and var count)
        {
            Log.Refused(logger, count, door, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning,
            "Not let in at the door {Door}: {Reason} ({Count} since the last such line).")]
        public static partial void Refused(ILogger logger, int count, string door, string reason);
    }
}
