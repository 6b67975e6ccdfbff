using System.IO.Pipelines;

namespace WebhookService.Infrastructure.Writing;

/// <summary>Where senders are answered when their batch is durable.</summary>
/// <param name="Scheduler">Runs the answers. What it runs never blocks: it writes a response and is done.</param>
/// <param name="Count">How many threads it has for them; a batch is answered in as many shares.</param>
public sealed record AnswerThreads(PipeScheduler Scheduler, int Count)
{
    /// <summary>The thread pool, a share for each core.</summary>
    public static AnswerThreads Pool { get; } = new(PipeScheduler.ThreadPool, Environment.ProcessorCount);
}
