using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing;

/// <summary>
/// The writes that wait for a commit. Many threads add; one takes whatever has arrived, until it commits, so a batch is
/// as large as the load makes it and no write waits for others to join.
/// </summary>
/// <remarks>
/// One timer enforces all deadlines: a waiter is answered in time even while its own batch hangs in an fsync. Adds and
/// other requests from outside are bounded by <c>Intake:MaxPending</c>, their bodies by <see cref="MaxPendingBytes"/>,
/// completions by <c>Processing:MaxConcurrency</c>.
/// </remarks>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Bytes of bodies in one batch, beyond which no more is added: an fsync of them is quick.</summary>
    public const long MaxBatchBytes = 8 * 1_048_576;

    /// <summary>Bytes of bodies that may wait for a batch; a request beyond them is rejected.</summary>
    public const long MaxPendingBytes = 128 * 1_048_576;

    /// <summary>Requests in one batch for each of which a server needs a statement.</summary>
    /// <remarks>With their parameters, a batch stays below the 2,100 that SQL Server takes.</remarks>
    public const int MaxStatements = 200;

    private readonly Lock _gate = new();
    private readonly Queue<AddRequest> _adds = new();
    private readonly Queue<WriteRequest> _others = new();
    private readonly WriteBatch _batch;
    private readonly AutoResetEvent _work = new(initialState: false);
    private readonly IntakeOptions _options;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private int _asked;
    private long _pendingBytes;
    private long _batchBytes;
    private int _batchStatements;
    private bool _isTimerArmed;
    private bool _isTakerIdle;
    private bool _isClosed;

    public WriteQueue(IOptions<IntakeOptions> options, AnswerThreads senders, TimeProvider clock)
    {
        _batch = new WriteBatch(senders);
        _options = options.Value;
        _clock = clock;
        _timer = clock.CreateTimer(_ => RejectLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// The reason the last commit failed; null when it succeeded. Late requests are rejected with it.
    /// </summary>
    public string? LastFault { get; set; }

    /// <summary>The deadline of a request that arrives now.</summary>
    public long NextDeadline =>
        _clock.GetTimestamp() + (_options.Deadline.Ticks * _clock.TimestampFrequency / TimeSpan.TicksPerSecond);

    /// <summary>Queues a write; a queue that is full or closed rejects it at once.</summary>
    public ValueTask<TResult> Enqueue<TResult>(WriteRequest<TResult> request)
    {
        string? refusal = null;
        lock (_gate)
        {
            if (_isClosed)
            {
                refusal = LastFault ?? "The store is closed.";
            }
            else if (request.HasDeadline && Pending(request) >= _options.MaxPending)
            {
                refusal = "Too many requests wait for a commit.";
            }
            else if (request.HasDeadline && request.Size > MaxPendingBytes - _pendingBytes)
            {
                refusal = "Too many bytes wait for a commit.";
            }
            else
            {
                Accept(request);
            }
        }

        if (refusal is not null)
        {
            request.Reject(refusal);
        }

        return request.Task;
    }

    /// <summary>Waits for work and adds it to the batch; null when the queue is closed and empty.</summary>
    /// <remarks>Requests of a failed attempt stay in the batch, except those answered since.</remarks>
    public WriteBatch? Take()
    {
        // Not a wait: threads that are about to add a write run first; without any, it returns at once.
        Thread.Yield();
        while (true)
        {
            lock (_gate)
            {
                _batch.RemoveCompleted();
                (_batchBytes, _batchStatements) = _batch.IsEmpty ? (0, 0) : (_batchBytes, _batchStatements);
                Move(_adds, _batch.Adds);
                Move(_others, _batch.Others);
                if (!_batch.IsEmpty)
                {
                    return _batch;
                }

                if (_isClosed)
                {
                    return null;
                }

                _isTakerIdle = true;
            }

            _work.WaitOne();
        }
    }

    /// <summary>Moves into the batch the adds that arrived since it was taken.</summary>
    public void TopUp()
    {
        // As above: threads that are about to add run first.
        Thread.Yield();
        lock (_gate)
        {
            Move(_adds, _batch.Adds);
        }
    }

    /// <summary>Empties the batch, whose requests are all completed.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            _batch.Clear();
            (_batchBytes, _batchStatements) = (0, 0);
        }
    }

    /// <summary>Accepts nothing more. Queued writes are still handed out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Signal();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _work.Dispose();
    }

    private void Move<TRequest>(Queue<TRequest> queue, List<TRequest> batch)
        where TRequest : WriteRequest
    {
        while (batch.Count < _options.MaxBatch && _batchBytes < MaxBatchBytes && _batchStatements < MaxStatements
            && queue.TryDequeue(out var request))
        {
            _pendingBytes -= request.Size;
            _asked -= request.HasDeadline && request is not AddRequest ? 1 : 0;
            if (!request.IsCompleted)
            {
                _batchBytes += request.Size;
                _batchStatements += NeedsStatement(request) ? 1 : 0;
                batch.Add(request);
            }
        }
    }

    // A server writes all of these kinds in one statement each; a probe needs none.
    private static bool NeedsStatement(WriteRequest request) =>
        request is not (AddRequest or CompleteRequest or QuarantineEventRequest or ProbeRequest);

    private int Pending(WriteRequest request) => request is AddRequest ? _adds.Count + _batch.Adds.Count : _asked;

    private void Accept(WriteRequest request)
    {
        _pendingBytes += request.Size;
        if (request is AddRequest add)
        {
            _adds.Enqueue(add);
        }
        else
        {
            _others.Enqueue(request);
            _asked += request.HasDeadline ? 1 : 0;
        }

        Signal();
        if (!_isTimerArmed && request.HasDeadline)
        {
            _isTimerArmed = _timer.Change(_options.Deadline, Timeout.InfiniteTimeSpan);
        }
    }

    private void Signal()
    {
        if (_isTakerIdle)
        {
            _isTakerIdle = false;
            _work.Set();
        }
    }

    // Rejects every request whose deadline has passed and sets the timer to the next deadline.
    private void RejectLate()
    {
        var late = new LateRequests(_clock.GetTimestamp());
        lock (_gate)
        {
            late.FindIn(_batch.Adds);
            late.FindIn(_batch.Others);
            late.FindIn(_adds);
            late.FindIn(_others);
            var wait = _clock.GetElapsedTime(late.Now, late.NextDeadline) + TimeSpan.FromMilliseconds(1);
            _isTimerArmed = late.NextDeadline != long.MaxValue && _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }

        Answers.Reject(late.Found, LastFault ?? $"No durable write within {_options.Deadline.TotalMilliseconds:0} ms.");
    }
}
