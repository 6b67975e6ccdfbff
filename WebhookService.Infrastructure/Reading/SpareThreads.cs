using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Adds threads to the pool for intake while abandoned queries may block some.</summary>
/// <remarks>
/// A driver that abandons a query asks the server to end it. Npgsql does so on a new connection and in blocking calls,
/// which a server that does not answer blocks for seconds; the pool alone adds only one or two threads in that time.
/// The threads do not exist from the start, since more threads than cores cost throughput.
/// </remarks>
internal sealed class SpareThreads(IDatabase database)
{
    private readonly Lock _lock = new();
    private int _abandoned;

    /// <summary>Adds a thread until the query has ended, up to the number of connections that run queries.</summary>
    public void KeepUntilEnd(Task query)
    {
        if (!query.IsCompleted)
        {
            Change(1);
            _ = query.ContinueWith(
                _ => Change(-1),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void Change(int difference)
    {
        lock (_lock)
        {
            var before = Math.Min(_abandoned, database.MaxReaders);
            _abandoned += difference;
            ThreadPool.GetMinThreads(out var workers, out var completionPorts);
            ThreadPool.SetMinThreads(
                workers + Math.Min(_abandoned, database.MaxReaders) - before, completionPorts);
        }
    }
}
