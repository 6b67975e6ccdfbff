using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing;

/// <summary>
/// Answers waiters in shares, one for each thread. A work item for each waiter would wake a thread for each, and the
/// switching would cost more than the answers.
/// </summary>
internal static class Answers
{
    private const int SmallestShare = 8;

    /// <summary>Completes the requests with their results. Call it once the results are durable.</summary>
    public static void Complete<TRequest>(List<TRequest> requests, AnswerThreads threads)
        where TRequest : WriteRequest => Dispatch(requests, null, threads);

    /// <summary>Rejects the requests: nothing durable can be reported.</summary>
    public static void Reject<TRequest>(List<TRequest> requests, string reason)
        where TRequest : WriteRequest => Dispatch(requests, reason, AnswerThreads.Pool);

    /// <summary>How many waiters one thread answers.</summary>
    public static int Share(int count, AnswerThreads threads) =>
        Math.Max(SmallestShare, (count + threads.Count - 1) / threads.Count);

    private static void Dispatch<TRequest>(List<TRequest> requests, string? refusal, AnswerThreads threads)
        where TRequest : WriteRequest
    {
        var share = Share(requests.Count, threads);
        for (var start = 0; start < requests.Count; start += share)
        {
            // Copied, since the list is reused for the next batch.
            var part = new WriteRequest[Math.Min(share, requests.Count - start)];
            for (var i = 0; i < part.Length; i++)
            {
                part[i] = requests[start + i];
            }

            threads.Scheduler.Schedule(static part => ((Part)part!).Answer(), new Part(part, refusal));
        }
    }

    private sealed class Part(WriteRequest[] requests, string? refusal)
    {
        public void Answer()
        {
            foreach (var request in requests)
            {
                if (refusal is null)
                {
                    request.Complete();
                }
                else
                {
                    request.Reject(refusal);
                }
            }
        }
    }
}
