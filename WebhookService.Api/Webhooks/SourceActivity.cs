using System.Collections.Concurrent;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Webhooks;

/// <summary>What became of an event, or of a request, of a source.</summary>
internal enum SourceOutcome
{
    /// <summary>It is a new transaction.</summary>
    Accepted,

    /// <summary>Its transaction was accepted before, with the same content.</summary>
    Duplicate,

    /// <summary>Its transaction was accepted before, with different content.</summary>
    Conflict,

    /// <summary>The source does not take its type.</summary>
    Ignored,

    /// <summary>It was kept because it could not be understood.</summary>
    Quarantined,

    /// <summary>The signature of the request was missing, wrong, stale or not verifiable; nothing was kept.</summary>
    Refused,

    /// <summary>It could not be made durable in time; the provider repeats it.</summary>
    Unavailable,
}

/// <summary>Counts the events of each source since the start, and notes when it was last heard from.</summary>
internal sealed partial class SourceActivity(
    WebhookMetrics metrics, TimeProvider clock, ILogger<SourceActivity> logger)
{
    private static readonly string[] Words =
        Array.ConvertAll(Enum.GetNames<SourceOutcome>(), static name => name.ToLowerInvariant());

    private readonly ConcurrentDictionary<string, SourceCounts> _sources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogPace> _paces = new(StringComparer.Ordinal);

    /// <summary>Counts one outcome; the name must be that of a configured source.</summary>
    public void Note(string source, SourceOutcome outcome)
    {
        Of(source).Add(outcome, clock.GetUtcNow());
        metrics.SourceEvent(source, Words[(int)outcome]);
    }

    /// <summary>Logs that a body is in the quarantine, at most once a second for each source.</summary>
    public void LogQuarantined(string source, string reason)
    {
        if (_paces.GetOrAdd(source, static (_, clock) => new LogPace(clock), clock).Count() is > 0 and var count)
        {
            Log.Quarantined(logger, source, reason, count);
        }
    }

    /// <summary>Makes the counters of a source known; see <see cref="WebhookMetrics.StartAtZero"/>.</summary>
    public void StartAtZero(string source)
    {
        foreach (var word in Words)
        {
            metrics.SourceEvent(source, word, count: 0);
        }
    }

    /// <summary>The counts of a source.</summary>
    public SourceCounts Of(string source) => _sources.GetOrAdd(source, static _ => new SourceCounts());

    private static partial class Log
    {
        [LoggerMessage(95, LogLevel.Warning,
            "A webhook of source {Source} is in the quarantine: {Reason} ({Count} since the last such line.)")]
        public static partial void Quarantined(ILogger logger, string source, string reason, int count);
    }
}

/// <summary>The counts of one source since the start.</summary>
internal sealed class SourceCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<SourceOutcome>().Length];
    private long _heardAt;

    /// <summary>When a request with a valid signature last came; null before the first.</summary>
    public DateTimeOffset? HeardAt =>
        Volatile.Read(ref _heardAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public long this[SourceOutcome outcome] => Volatile.Read(ref _counts[(int)outcome]);

    public void Add(SourceOutcome outcome, DateTimeOffset now)
    {
        Interlocked.Increment(ref _counts[(int)outcome]);
        if (outcome != SourceOutcome.Refused)
        {
            Volatile.Write(ref _heardAt, now.UtcTicks);
        }
    }
}
