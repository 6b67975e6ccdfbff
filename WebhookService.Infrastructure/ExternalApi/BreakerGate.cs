namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>
/// Makes calls wait while the circuit breaker is open, instead of being rejected one by one: no attempt is wasted and
/// nothing is written. After the break, one call probes the system; the others follow once it succeeds.
/// </summary>
internal sealed class BreakerGate : IDisposable
{
    // At the very end of its break, the breaker may still reject.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(1);

    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private bool _isOpen;
    private bool _isTimerArmed;
    private bool _mayProbe;

    public BreakerGate(TimeProvider clock) =>
        _timer = clock.CreateTimer(_ => LetOneThrough(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Whether the breaker is open, so that only probes are called.</summary>
    public bool IsOpen => Volatile.Read(ref _isOpen);

    /// <summary>Waits while the breaker is open, unless this caller is to probe.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_isOpen || _mayProbe)
            {
                _mayProbe = false;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Notes that the breaker has opened, and for how long.</summary>
    public void Open(TimeSpan duration)
    {
        lock (_lock)
        {
            _isOpen = true;
            _mayProbe = false;
            Arm(duration);
        }
    }

    /// <summary>
    /// Notes that the breaker rejected a call, so that another one probes even if the chosen one never did.
    /// </summary>
    public void Refused(TimeSpan retryAfter)
    {
        lock (_lock)
        {
            if (_isOpen && !_isTimerArmed)
            {
                Arm(retryAfter);
            }
        }
    }

    /// <summary>Notes that the breaker has closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            while (_waiting.TryDequeue(out var turn))
            {
                turn.SetResult();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Arm(TimeSpan wait) => _isTimerArmed = _timer.Change(wait + Margin, Timeout.InfiniteTimeSpan);

    private void LetOneThrough()
    {
        lock (_lock)
        {
            _isTimerArmed = false;
            if (!_isOpen)
            {
                return;
            }

            if (_waiting.TryDequeue(out var turn))
            {
                turn.SetResult();
            }
            else
            {
                _mayProbe = true;
            }
        }
    }
}
