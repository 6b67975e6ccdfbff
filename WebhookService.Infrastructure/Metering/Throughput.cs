namespace WebhookService.Infrastructure.Metering;

/// <summary>The rates at which this instance accepts and finishes transactions, and the number in flight.</summary>
internal sealed class Throughput(TimeProvider clock)
{
    private int _inFlight;

    /// <summary>New transactions.</summary>
    public RateMeter Accepted { get; } = new(clock);

    /// <summary>Transactions that became final, PROCESSED or FAILED.</summary>
    public RateMeter Processed { get; } = new(clock);

    /// <summary>Transactions in their external call, or waiting for their turn in memory.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);
}
