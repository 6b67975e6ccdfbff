using Microsoft.Extensions.Time.Testing;

namespace WebhookService.Tests.Support;

/// <summary>A fake clock that signals when the code under test has armed a timer.</summary>
/// <remarks>
/// A fake clock fires only armed timers: a test that advances it before the timer is armed waits permanently.
/// </remarks>
internal sealed class ObservableTimeProvider() : FakeTimeProvider(Origin)
{
    private readonly Lock _gate = new();
    private readonly List<ObservedTimer> _timers = [];
    private readonly List<(Func<TimeSpan, bool> IsMeant, int Count, TaskCompletionSource Armed)> _waiters = [];

    /// <summary>The start time of every test; it has microseconds, so that a lost digit is noticed.</summary>
    public static DateTimeOffset Origin => new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero).AddTicks(1_234_560);

    /// <summary>Waits until <paramref name="count"/> timers with this duration are armed.</summary>
    public Task ArmedAsync(TimeSpan duration, int count = 1) => ArmedAsync(due => due == duration, count);

    /// <summary>Waits until <paramref name="count"/> timers whose duration matches are armed.</summary>
    public Task ArmedAsync(Func<TimeSpan, bool> isMeant, int count = 1)
    {
        var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiters.Add((isMeant, count, armed));
            AnswerWaiters();
        }

        return armed.Task.Soon();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var observed = new ObservedTimer(this);
        lock (_gate)
        {
            _timers.Add(observed);
        }

        observed.Inner = base.CreateTimer(
            _ =>
            {
                observed.Due = period;
                callback(state);
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        observed.Change(dueTime, period);
        return observed;
    }

    private void AnswerWaiters()
    {
        foreach (var (isMeant, count, armed) in _waiters)
        {
            if (_timers.Count(timer => timer.Due != Timeout.InfiniteTimeSpan && isMeant(timer.Due)) >= count)
            {
                armed.TrySetResult();
            }
        }

        _waiters.RemoveAll(waiter => waiter.Armed.Task.IsCompleted);
    }

    private sealed class ObservedTimer(ObservableTimeProvider clock) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public TimeSpan Due { get; set; } = Timeout.InfiniteTimeSpan;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // Reported only when armed, since the test may advance at once. A due time of zero fires in Change.
            Due = dueTime;
            var isChanged = Inner.Change(dueTime, period);
            lock (clock._gate)
            {
                clock.AnswerWaiters();
            }

            return isChanged;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }

            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
