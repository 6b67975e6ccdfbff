using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Where calls wait while processing is paused, and until it is known whether it is.</summary>
internal sealed class PauseGate
{
    private readonly Lock _gate = new();

    // Completed while calls may begin.
    private TaskCompletionSource _running = NewSignal();
    private PauseState? _state;

    /// <summary>The state as this instance knows it; null until it was first read.</summary>
    public PauseState? State => Volatile.Read(ref _state);

    /// <summary>Waits until calls may begin.</summary>
    public async ValueTask WaitUntilRunningAsync(CancellationToken cancellationToken)
    {
        while (!IsRunning(out var running))
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over a state; returns whether processing is paused or resumed by that.</summary>
    public bool Apply(PauseState state)
    {
        lock (_gate)
        {
            var wasPaused = _state is { IsPaused: true };
            _state = state;
            if (!state.IsPaused)
            {
                _running.TrySetResult();
            }
            else if (_running.Task.IsCompleted)
            {
                _running = NewSignal();
            }

            return state.IsPaused != wasPaused;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsRunning(out Task running)
    {
        lock (_gate)
        {
            running = _running.Task;
            return _state is { IsPaused: false };
        }
    }
}
