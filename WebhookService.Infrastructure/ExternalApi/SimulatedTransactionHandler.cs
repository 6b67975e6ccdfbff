using System.Threading.Tasks.Sources;
using WebhookService.Domain.Handling;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Simulates the external system: each call takes <c>Processing:Delay</c> and succeeds.</summary>
/// <remarks>
/// Since all calls take equally long, they end in the order in which they began: one timer and one queue serve them
/// all, so that a call in flight costs one small object. Hundreds of thousands are in flight at high rates.
/// </remarks>
internal sealed class SimulatedTransactionHandler : ITransactionHandler, IDisposable
{
    private readonly Queue<Call> _calls = new();
    private readonly HashSet<CancellationToken> _tokens = [];
    private readonly TimeSpan _delay;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public SimulatedTransactionHandler(TimeSpan delay, TimeProvider clock)
    {
        _delay = delay;
        _clock = clock;
        _timer = clock.CreateTimer(_ => EndDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ValueTask<HandlerResult> HandleAsync(
        TransactionHandlerContext context, CancellationToken cancellationToken)
    {
        if (_delay == TimeSpan.Zero)
        {
            return ValueTask.FromResult(HandlerResult.Processed);
        }

        var call = new Call(_clock.GetTimestamp(), cancellationToken);
        bool isNewToken;
        lock (_calls)
        {
            _calls.Enqueue(call);
            isNewToken = _tokens.Add(cancellationToken);
            if (_calls.Count == 1)
            {
                _timer.Change(_delay, Timeout.InfiniteTimeSpan);
            }
        }

        if (isNewToken)
        {
            // Once for all calls with this token. A token that is already canceled ends them here.
            cancellationToken.UnsafeRegister(_ => CutOff(), null);
        }
        else if (cancellationToken.IsCancellationRequested)
        {
            // The registration may have run before this call was in the queue.
            CutOff();
        }

        return new ValueTask<HandlerResult>(call, 0);
    }

    public void Dispose() => _timer.Dispose();

    private void EndDue()
    {
        while (TryDequeueDue() is { } call)
        {
            call.End();
        }
    }

    private Call? TryDequeueDue()
    {
        lock (_calls)
        {
            if (!_calls.TryPeek(out var first))
            {
                return null;
            }

            var left = _delay - _clock.GetElapsedTime(first.StartedAt);
            if (left <= TimeSpan.Zero)
            {
                return _calls.Dequeue();
            }

            // A timer counts whole milliseconds, and must not fire before the call is due.
            _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            return null;
        }
    }

    private void CutOff()
    {
        List<Call> ended;
        lock (_calls)
        {
            ended = _calls.Where(call => call.Token.IsCancellationRequested).ToList();
            var left = _calls.Except(ended).ToList();
            _calls.Clear();
            left.ForEach(_calls.Enqueue);
        }

        ended.ForEach(call => call.Cancel());
    }

    /// <summary>One call in flight; its own awaitable.</summary>
    private sealed class Call(long startedAt, CancellationToken token) : IValueTaskSource<HandlerResult>
    {
        private ManualResetValueTaskSourceCore<HandlerResult> _source = new() { RunContinuationsAsynchronously = true };

        public long StartedAt => startedAt;

        public CancellationToken Token => token;

        public void End() => _source.SetResult(HandlerResult.Processed);

        public void Cancel() => _source.SetException(new OperationCanceledException(token));

        HandlerResult IValueTaskSource<HandlerResult>.GetResult(short token) => _source.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<HandlerResult>.GetStatus(short token) => _source.GetStatus(token);

        void IValueTaskSource<HandlerResult>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);
    }
}
