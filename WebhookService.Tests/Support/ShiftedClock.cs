namespace WebhookService.Tests.Support;

/// <summary>A wall clock that can be set while the service runs. Timers still follow the monotonic clock.</summary>
internal sealed class ShiftedClock(TimeSpan shift) : TimeProvider
{
    private long _shift = shift.Ticks;

    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref _shift, (now - System.GetUtcNow()).Ticks);

    public void Jump(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));
}
