using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Keeps threads of the pool for intake while queries that were given up may block some.</summary>
/// <remarks>
/// A driver that gives up a query asks the server to end it. Npgsql does so on a new connection and in blocking calls,
/// which a server that does not answer holds for seconds; the pool by itself adds one thread or two in that time. The
/// threads are not there from the start, since more of them than cores cost throughput.
/// </remarks>
internal sealed class SpareThreads(IDatabase database)
{
    private readonly Lock _lock = new();
    private int _abandoned;

    /// <summary>Keeps a thread until the query has ended, as many as there are connections to run queries.</summary>
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
