using System.Threading.Channels;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing;

/// <summary>A database whose commits all hang until the test decides their result.</summary>
internal sealed class ScriptedBatchWriter : IBatchWriter
{
    private readonly Channel<CommitAttempt> _attempts = Channel.CreateUnbounded<CommitAttempt>();
    private readonly HashSet<string> _rows = [];
    private volatile bool _isLetGo;

    /// <summary>The new rows that were committed with a claim, in order.</summary>
    public List<string> Claimed { get; } = [];

    public bool IsOpen { get; private set; }

    /// <summary>Attempts that hang and that <see cref="NextAsync"/> has not returned yet.</summary>
    public int Waiting => _attempts.Reader.Count;

    /// <summary>Waits for the next commit to begin.</summary>
    public Task<CommitAttempt> NextAsync() => _attempts.Reader.ReadAsync().Soon();

    /// <summary>Makes every commit from now on succeed at once.</summary>
    public void LetGo()
    {
        _isLetGo = true;
        while (_attempts.Reader.TryRead(out var attempt))
        {
            attempt.Succeed();
        }
    }

    public void Open() => IsOpen = true;

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        var attempt = new CommitAttempt(batch, () => topUp(batch));
        _attempts.Writer.TryWrite(attempt);
        if (_isLetGo)
        {
            LetGo();
        }

        attempt.Wait();
        foreach (var add in batch.Adds)
        {
            add.Outcome = _rows.Add(add.Transaction.TransactionId) ? AddOutcome.Added : AddOutcome.Duplicate;
            if (add is { Outcome: AddOutcome.Added, IsReserved: true })
            {
                Claimed.Add(add.Transaction.TransactionId);
            }
        }
    }

    public void Dispose() => IsOpen = false;
}

/// <summary>One commit that hangs.</summary>
internal sealed class CommitAttempt(WriteBatch batch, Func<bool> topUp)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The adds in the batch.</summary>
    public AddRequest[] Adds { get; private set; } = [.. batch.Adds];

    /// <summary>The ids of the new rows in the batch.</summary>
    public IEnumerable<string> Ids => Adds.Select(add => add.Transaction.TransactionId);

    /// <summary>The ids of the new rows that would be claimed.</summary>
    public string[] Reserved { get; private set; } = ReservedIn(batch);

    /// <summary>The other writes in the batch.</summary>
    public WriteRequest[] Others { get; } = [.. batch.Others];

    /// <summary>Tops up the batch with requests that arrived since it began; whether there were any.</summary>
    public bool TopUp()
    {
        var isMore = topUp();
        Adds = [.. batch.Adds];
        Reserved = ReservedIn(batch);
        return isMore;
    }

    public void Succeed() => _end.TrySetResult();

    public void Fail(CommitFault fault) => Fail(new CommitFailedException(fault, $"It is {fault}."));

    public void Fail(Exception exception) => _end.TrySetException(exception);

    public void Wait() => _end.Task.GetAwaiter().GetResult();

    private static string[] ReservedIn(WriteBatch batch) =>
        [.. batch.Adds.Where(add => add.IsReserved).Select(add => add.Transaction.TransactionId)];
}
