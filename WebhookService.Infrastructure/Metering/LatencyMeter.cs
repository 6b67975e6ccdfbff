using System.Numerics;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Metering;

/// <summary>Counts how long senders waited for their answers, in buckets that grow with the time.</summary>
/// <remarks>
/// Recording takes no lock and allocates nothing, since it happens for every answer. Sixteen buckets for each doubling
/// give a time to within a sixteenth, whether it is 50 µs or 50 s.
/// </remarks>
internal sealed class LatencyMeter(TimeProvider clock, WebhookMetrics metrics)
{
    internal const int BucketCount = (MaxBits - FractionBits + 1) * BucketsPerDoubling;

    private const int FractionBits = 4;
    private const int BucketsPerDoubling = 1 << FractionBits;

    // Bits of a time in microseconds: a little over two minutes. Longer times count as that.
    private const int MaxBits = 27;

    private readonly int[] _counts = new int[BucketCount];

    /// <summary>Returns the current timestamp, to pass to <see cref="End"/>.</summary>
    public long Begin() => clock.GetTimestamp();

    /// <summary>Records an answer whose sender began to wait at <paramref name="begun"/>.</summary>
    public void End(long begun, AddOutcome outcome)
    {
        var time = clock.GetElapsedTime(begun);
        Note(time);
        metrics.Answered(outcome, time);
    }

    /// <summary>Returns what was recorded since the last call; each answer is in exactly one snapshot.</summary>
    internal LatencySnapshot Take()
    {
        var counts = new int[BucketCount];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Volatile.Read(ref _counts[i]) == 0 ? 0 : Interlocked.Exchange(ref _counts[i], 0);
        }

        return new LatencySnapshot(counts);
    }

    internal void Note(TimeSpan time) => Interlocked.Increment(ref _counts[BucketOf(time)]);

    /// <summary>The exclusive upper bound of a bucket.</summary>
    internal static TimeSpan EndOf(int bucket)
    {
        var doublings = Math.Max(0, (bucket >> FractionBits) - 1);
        var place = bucket - (doublings << FractionBits);
        return TimeSpan.FromMicroseconds((place + 1L) << doublings);
    }

    // The highest bits of the time: the position of the first, and the next four. Below 32 µs, each µs has a bucket.
    private static int BucketOf(TimeSpan time)
    {
        var microseconds = (ulong)Math.Clamp(time.Ticks / TimeSpan.TicksPerMicrosecond, 0, (1L << MaxBits) - 1);
        var doublings = Math.Max(0, BitOperations.Log2(microseconds) - FractionBits);
        return (doublings << FractionBits) + (int)(microseconds >> doublings);
    }
}

/// <summary>The answers of a period, by their duration.</summary>
internal sealed class LatencySnapshot(int[] counts)
{
    public long Count { get; } = counts.Sum(count => (long)count);

    /// <summary>
    /// The time within which this share of the answers came, rounded up to a bucket; null without answers.
    /// </summary>
    public TimeSpan? Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank)
            {
                return LatencyMeter.EndOf(i);
            }
        }

        return null;
    }
}
