using System.IO.Pipelines;

namespace WebhookService.Infrastructure.Writing;

/// <summary>The threads that answer senders once their batch is durable.</summary>
/// <param name="Scheduler">Runs the answers, which never block: each only writes a response.</param>
/// <param name="Count">Number of threads; a batch is answered in as many shares.</param>
internal sealed record AnswerThreads(PipeScheduler Scheduler, int Count)
{
    /// <summary>The thread pool, a share for each core.</summary>
    public static AnswerThreads Pool { get; } = new(PipeScheduler.ThreadPool, Environment.ProcessorCount);
}
