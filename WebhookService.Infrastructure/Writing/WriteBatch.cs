using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing;

/// <summary>The writes of one group commit. The lists are reused from batch to batch.</summary>
internal sealed class WriteBatch(AnswerThreads senders)
{
    public List<AddRequest> Adds { get; } = [];

    /// <summary>Everything but the adds, in order of arrival.</summary>
    public List<WriteRequest> Others { get; } = [];

    public int Count => Adds.Count + Others.Count;

    public bool IsEmpty => Count == 0;

    /// <summary>Splits the batch in two; neither part is empty when it has two requests or more.</summary>
    public IEnumerable<WriteBatch> Halve()
    {
        var (adds, others) = ((Adds.Count + 1) / 2, Others.Count / 2);
        yield return Part(Adds[..adds], Others[..others]);
        yield return Part(Adds[adds..], Others[others..]);
    }

    /// <summary>Removes requests that were answered at their deadline, before they could be written.</summary>
    public void RemoveCompleted()
    {
        Adds.RemoveAll(static request => request.IsCompleted);
        Others.RemoveAll(static request => request.IsCompleted);
    }

    public void Clear()
    {
        Adds.Clear();
        Others.Clear();
    }

    /// <summary>Completes every request with its result. Called only once the batch is durable.</summary>
    public void Complete()
    {
        Answers.Complete(Adds, senders);

        // Continuations of these may do anything, so they must not run on threads that must not block.
        Answers.Complete(Others, AnswerThreads.Pool);
    }

    private WriteBatch Part(List<AddRequest> adds, List<WriteRequest> others)
    {
        var part = new WriteBatch(senders);
        part.Adds.AddRange(adds);
        part.Others.AddRange(others);
        return part;
    }

    /// <summary>Rejects every request, since the batch was not acknowledged.</summary>
    public void Reject(string reason)
    {
        Answers.Reject(Adds, reason);
        Answers.Reject(Others, reason);
    }
}
