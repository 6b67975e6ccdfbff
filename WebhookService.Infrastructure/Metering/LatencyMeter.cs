using System.Numerics;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Metering;

/// <summary>How long senders waited for their answers, as counts in buckets that grow with the time.</summary>
/// <remarks>
/// Noting an answer takes no lock and allocates nothing, since it is done for each of them. Sixteen buckets for each
/// doubling tell a time to within a sixteenth, whether it is 50 µs or 50 s.
/// </remarks>
public sealed class LatencyMeter(TimeProvider clock, WebhookMetrics metrics)
{
    internal const int BucketCount = (MaxBits - FractionBits + 1) * BucketsPerDoubling;

    private const int FractionBits = 4;
    private const int BucketsPerDoubling = 1 << FractionBits;

    // Of a time in microseconds: a little over two minutes. What took longer counts as that.
    private const int MaxBits = 27;

    private readonly int[] _counts = new int[BucketCount];

    /// <summary>The time now, to be handed to <see cref="End"/>.</summary>
    public long Begin() => clock.GetTimestamp();

    /// <summary>Notes an answer whose sender began to wait then.</summary>
    public void End(long begun, AddOutcome outcome)
    {
        var time = clock.GetElapsedTime(begun);
        Note(time);
        metrics.Answered(outcome, time);
    }

    /// <summary>What was noted since it was last asked for; each answer is in one snapshot.</summary>
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

    /// <summary>The first time that is too long for a bucket.</summary>
    internal static TimeSpan EndOf(int bucket)
    {
        var doublings = Math.Max(0, (bucket >> FractionBits) - 1);
        var place = bucket - (doublings << FractionBits);
        return TimeSpan.FromMicroseconds((place + 1L) << doublings);
    }

    // The highest bits of the time: where the first one is, and the four after it. Below 32 µs each has its own.
    private static int BucketOf(TimeSpan time)
    {
        var microseconds = (ulong)Math.Clamp(time.Ticks / TimeSpan.TicksPerMicrosecond, 0, (1L << MaxBits) - 1);
        var doublings = Math.Max(0, BitOperations.Log2(microseconds) - FractionBits);
        return (doublings << FractionBits) + (int)(microseconds >> doublings);
    }
}

/// <summary>The answers of a while, by how long they took.</summary>
internal sealed class LatencySnapshot(int[] counts)
{
    public long Count { get; } = counts.Sum(count => (long)count);

    /// <summary>
    /// The time within which this share of the answers came, never too short; null when there were none.
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
