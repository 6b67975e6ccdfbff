using System.Threading.Tasks.Sources;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>An awaited write. It is completed once: by its commit, a rejection or its deadline.</summary>
internal abstract class WriteRequest
{
    private int _isCompleted;

    /// <summary>The timestamp by which an answer is due, whatever the store does.</summary>
    public long Deadline { get; init; } = long.MaxValue;

    /// <summary>True for requests from outside (adds, retries, probes): only the queue bounds how many wait.</summary>
    public bool HasDeadline => Deadline != long.MaxValue;

    /// <summary>Bytes of the body that it holds until it is committed; 0 for most requests.</summary>
    public virtual int Size => 0;

    public bool IsCompleted => Volatile.Read(ref _isCompleted) != 0;

    /// <summary>Completes the request with its outcome. Called only once that is durable.</summary>
    public abstract void Complete();

    /// <summary>Rejects the request: nothing durable can be reported, for this reason.</summary>
    public abstract void Reject(string reason);

    protected bool TryComplete() => Interlocked.Exchange(ref _isCompleted, 1) == 0;
}

/// <remarks>It is its own awaitable, so that a write costs one object. Await it once.</remarks>
internal abstract class WriteRequest<TResult> : WriteRequest, IValueTaskSource<TResult>
{
    // Continuations run where the request is completed: on the threads of Answers.
    private ManualResetValueTaskSourceCore<TResult> _source;

    /// <summary>The writer's result; it becomes the answer when the batch is committed.</summary>
    public TResult Outcome { get; set; } = default!;

    public ValueTask<TResult> Task => new(this, _source.Version);

    public override void Complete() => Answer(Outcome);

    public override void Reject(string reason)
    {
        if (TryComplete())
        {
            _source.SetException(new StoreUnavailableException(reason));
        }
    }

    TResult IValueTaskSource<TResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected void Answer(TResult result)
    {
        if (TryComplete())
        {
            _source.SetResult(result);
        }
    }
}

/// <summary>One transaction to add.</summary>
internal class AddRequest(Transaction transaction, SourceEvent? received = null) : WriteRequest<AddOutcome>
{
    public Transaction Transaction { get; } = transaction;

    /// <summary>The event it was mapped from, stored with a new row only; null for none.</summary>
    public SourceEvent? Event { get; } = received;

    public override int Size => Event?.Payload?.Body.Length ?? 0;

    /// <summary>Whether queue capacity is reserved, so that the insert claims the row for this instance.</summary>
    public bool IsReserved { get; set; }

    public override void Reject(string reason) => Answer(AddOutcome.Unavailable);
}

/// <summary>One attempt and its consequence.</summary>
internal sealed class CompleteRequest(Completion completion) : WriteRequest<TransitionOutcome>
{
    public Completion Completion { get; } = completion;
}

/// <summary>One page of claims.</summary>
internal sealed class ClaimRequest(ClaimPosition after, int limit) : WriteRequest<ClaimedPage>
{
    public ClaimPosition After { get; } = after;

    public int Limit { get; } = limit;
}

/// <summary>One page of claims to release.</summary>
internal sealed class ReleaseRequest(int limit) : WriteRequest<int>
{
    public int Limit { get; } = limit;
}

/// <summary>Orphaned claims of this instance to release. Used only where a batch can be lost.</summary>
internal sealed class ReleaseOrphansRequest(List<OrphanedClaim> claims) : WriteRequest<int>
{
    public List<OrphanedClaim> Claims { get; } = claims;
}

/// <summary>A heartbeat, written durably to prove that a durable write is possible.</summary>
internal sealed class ProbeRequest(DateTimeOffset at) : WriteRequest<StoreHealth>
{
    public DateTimeOffset At { get; } = at;

    public override void Reject(string reason) => Answer(new StoreHealth(false, reason));
}
