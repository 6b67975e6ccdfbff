using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing;

/// <summary>What one group commit writes. The lists are reused from batch to batch.</summary>
internal sealed class WriteBatch(AnswerThreads senders)
{
    public List<AddRequest> Adds { get; } = [];

    /// <summary>Everything but the adds, in order of arrival.</summary>
    public List<WriteRequest> Others { get; } = [];

    public int Count => Adds.Count + Others.Count;

    public bool IsEmpty => Count == 0;

    /// <summary>The batch in two, of which neither is empty when it has two requests or more.</summary>
    public IEnumerable<WriteBatch> Halve()
    {
        var (adds, others) = ((Adds.Count + 1) / 2, Others.Count / 2);
        yield return Part(Adds[..adds], Others[..others]);
        yield return Part(Adds[adds..], Others[others..]);
    }

    /// <summary>Drops what was answered by its deadline before it could be written.</summary>
    public void RemoveSettled()
    {
        Adds.RemoveAll(static request => request.IsSettled);
        Others.RemoveAll(static request => request.IsSettled);
    }

    public void Clear()
    {
        Adds.Clear();
        Others.Clear();
    }

    /// <summary>Gives every waiter its result. Called when the batch is durable, and only then.</summary>
    public void Settle()
    {
        Answers.Settle(Adds, senders);

        // What follows from these may do anything, so it has no place on a thread that must not block.
        Answers.Settle(Others, AnswerThreads.Pool);
    }

    private WriteBatch Part(List<AddRequest> adds, List<WriteRequest> others)
    {
        var part = new WriteBatch(senders);
        part.Adds.AddRange(adds);
        part.Others.AddRange(others);
        return part;
    }

    /// <summary>Tells every waiter that nothing of the batch was written.</summary>
    public void Refuse(string reason)
    {
        Answers.Refuse(Adds, reason);
        Answers.Refuse(Others, reason);
    }
}
