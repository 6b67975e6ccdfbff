namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// The due times of this instance's next attempts, so that recovery runs on time rather than at its next sweep. A hint,
/// like the queue: the sweep finds whatever is lost here.
/// </summary>
internal sealed class DueTimes : IDisposable
{
    // Times within one grain count as one, so this many are more than enough.
    private const long Grain = TimeSpan.TicksPerMillisecond * 100;
    private const int MaxTimes = 10_000;

    private readonly SortedSet<long> _grains = [];
    private readonly TransactionQueue _queue;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public DueTimes(TransactionQueue queue, TimeProvider clock)
    {
        _queue = queue;
        _clock = clock;
        _timer = clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notes that an attempt is due at a time.</summary>
    public void Note(DateTimeOffset time)
    {
        var grain = (time.UtcTicks / Grain) + 1;
        lock (_grains)
        {
            if (_grains.Count < MaxTimes && _grains.Add(grain) && _grains.Min == grain)
            {
                Arm();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Wake()
    {
        lock (_grains)
        {
            var now = _clock.GetUtcNow().UtcTicks / Grain;
            while (_grains.Count > 0 && _grains.Min <= now)
            {
                _grains.Remove(_grains.Min);
            }

            Arm();
        }

        _queue.Wake();
    }

    private void Arm()
    {
        if (_grains.Count > 0)
        {
            var wait = Math.Max(0, (_grains.Min * Grain) - _clock.GetUtcNow().UtcTicks);
            _timer.Change(TimeSpan.FromTicks(wait) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}
