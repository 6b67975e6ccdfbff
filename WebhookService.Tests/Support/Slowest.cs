using System.Diagnostics;

namespace WebhookService.Tests.Support;

/// <summary>The longest of many durations, noted on any thread.</summary>
internal sealed class Slowest
{
    private long _ticks;

    public TimeSpan Duration => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _ticks));

    /// <summary>Notes the time since a timestamp of <see cref="Stopwatch"/>.</summary>
    public void NoteSince(long begun)
    {
        var duration = Stopwatch.GetTimestamp() - begun;
        long seen;
        while ((seen = Volatile.Read(ref _ticks)) < duration
            && Interlocked.CompareExchange(ref _ticks, duration, seen) != seen)
        {
            // Another thread changed it first; compare again.
        }
    }
}
