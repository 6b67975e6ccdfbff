using System.Threading.Channels;
using WebhookService.Domain;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

/// <summary>An in-memory store that fails on demand and records the requests it receives.</summary>
internal sealed class RecordingStore(TimeProvider clock) : ITransactionClaims
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, string> _unclaimed = [];
    private readonly Dictionary<string, DateTimeOffset> _due = [];
    private readonly Channel<Completion> _completions = Channel.CreateUnbounded<Completion>();
    private int _claimed;

    /// <summary>How many of the next calls fail as if the store were unavailable.</summary>
    public int Failures { get; set; }

    /// <summary>The time of each attempt to complete.</summary>
    public List<DateTimeOffset> CompletionsTried { get; } = [];

    /// <summary>The time of each attempt to claim, and its limit.</summary>
    public List<(DateTimeOffset At, int Limit)> ClaimsTried { get; } = [];

    /// <summary>Called during each claim with the number of rows that remain unclaimed.</summary>
    public Action<int> WhenClaiming { get; set; } = _ => { };

    public int Released { get; private set; }

    /// <summary>Completions written and not yet returned by <see cref="NextAsync"/>.</summary>
    public int Waiting => _completions.Reader.Count;

    public void AddUnclaimed(params IEnumerable<int> sequences)
    {
        lock (_gate)
        {
            foreach (var sequence in sequences)
            {
                _unclaimed.Add(sequence, $"txn_{sequence}");
            }
        }
    }

    /// <summary>Adds a row whose next attempt is due at this time.</summary>
    public void AddDue(string id, DateTimeOffset time)
    {
        lock (_gate)
        {
            _due.Add(id, time);
        }
    }

    /// <summary>Claims this many rows for the instance, so that a release can return them.</summary>
    public void Hold(int rows) => _claimed += rows;

    public Task<Completion> NextAsync() => _completions.Reader.ReadAsync().Soon();

    public ValueTask<TransitionOutcome> CompleteAsync(Completion completion)
    {
        lock (_gate)
        {
            CompletionsTried.Add(clock.GetUtcNow());
            ThrowIfAway();
            _claimed--;
        }

        _completions.Writer.TryWrite(completion);
        return ValueTask.FromResult(TransitionOutcome.Applied);
    }

    public ValueTask<IReadOnlyList<ClaimedTransaction>> ClaimDueAsync(DateTimeOffset now, int limit)
    {
        lock (_gate)
        {
            string[] due = [.. _due.Where(row => row.Value <= now).Take(limit).Select(row => row.Key)];
            Array.ForEach(due, id => _due.Remove(id));
            return ValueTask.FromResult<IReadOnlyList<ClaimedTransaction>>([.. due.Select(id => Claims.Of(id))]);
        }
    }

    public ValueTask<ClaimedPage> ClaimAsync(ClaimPosition after, int limit)
    {
        lock (_gate)
        {
            ClaimsTried.Add((clock.GetUtcNow(), limit));
            ThrowIfAway();
            var page = _unclaimed.Where(row => row.Key > after.Sequence).Take(limit).ToArray();
            foreach (var row in page)
            {
                _unclaimed.Remove(row.Key);
                _claimed++;
            }

            WhenClaiming(_unclaimed.Count);
            var next = page.Length == 0 ? after : new ClaimPosition(DateTimeOffset.MinValue, page[^1].Key);
            return ValueTask.FromResult(new ClaimedPage([.. page.Select(row => Claims.Of(row.Value))], next));
        }
    }

    public ValueTask<int> ReleaseAsync(int limit)
    {
        lock (_gate)
        {
            ThrowIfAway();
            var released = Math.Min(limit, _claimed);
            _claimed -= released;
            Released += released;
            return ValueTask.FromResult(released);
        }
    }

    private void ThrowIfAway()
    {
        if (Failures > 0)
        {
            Failures--;
            throw new StoreUnavailableException("It is away.");
        }
    }
}
