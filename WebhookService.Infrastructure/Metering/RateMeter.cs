namespace WebhookService.Infrastructure.Metering;

/// <summary>Counts events, and measures their rate over the last minute.</summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private const int Seconds = 60;

    // A ring, indexed by the remainder of the second, with one more slot for the current second.
    private readonly (long Second, long Count)[] _counts = new (long, long)[Seconds + 1];
    private readonly Lock _lock = new();
    private readonly long _start = clock.GetTimestamp();
    private long _total;

    /// <summary>Events since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Events per second over the whole seconds of the last minute; 0 in the first second.</summary>
    public double PerSecond
    {
        get
        {
            var now = Second();
            var whole = Math.Min(now, Seconds);
            lock (_lock)
            {
                var count = _counts
                    .Where(slot => slot.Second < now && slot.Second >= now - whole)
                    .Sum(slot => slot.Count);
                return whole == 0 ? 0 : (double)count / whole;
            }
        }
    }

    public void Mark(long count)
    {
        Interlocked.Add(ref _total, count);
        var now = Second();
        lock (_lock)
        {
            ref var slot = ref _counts[now % _counts.Length];
            slot = slot.Second == now ? (now, slot.Count + count) : (now, count);
        }
    }

    private long Second() => (long)clock.GetElapsedTime(_start).TotalSeconds;
}
