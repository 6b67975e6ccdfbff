using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Finds transactions by their ids: those that wait at the same time in one query.</summary>
/// <remarks>
/// A query costs more in its round trip and its threads than in its rows, so a few queries at a time find all that
/// wait. A lookup that waits for none starts at once. See docs/decisions/0026-lookups-share-a-query.md.
/// </remarks>
internal sealed class LookupQueue(
    TimedReads reads,
    ReadDialect dialect,
    AnswerThreads threads,
    IOptions<ReadOptions> options,
    TimeProvider clock)
{
    private readonly ConcurrentQueue<Lookup> _waiting = new();
    private readonly TransactionSql _sql = new(dialect);
    private int _running;

    /// <summary>The transaction with this id, or null.</summary>
    /// <remarks>What awaits it runs on a thread that answers, and must not block.</remarks>
    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    public Task<Transaction?> FindAsync(string transactionId)
    {
        var lookup = new Lookup(transactionId, clock.GetTimestamp());
        _waiting.Enqueue(lookup);
        StartIfFew();
        return lookup.Task;
    }

    private void StartIfFew()
    {
        var running = Interlocked.CompareExchange(ref _running, 0, 0);
        while (running < options.Value.MaxConcurrentLookups)
        {
            var seen = Interlocked.CompareExchange(ref _running, running + 1, running);
            if (seen == running)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.RunAsync(), this, preferLocal: false);
                return;
            }

            running = seen;
        }
    }

    private async Task RunAsync()
    {
        while (Take() is { Length: > 0 } lookups)
        {
            await FindAsync(lookups).ConfigureAwait(false);
        }

        Interlocked.Decrement(ref _running);

        // One may have been added after the queue was found empty, and seen this as running.
        if (!_waiting.IsEmpty)
        {
            StartIfFew();
        }
    }

    private Lookup[] Take()
    {
        var lookups = new Lookup[Math.Min(_waiting.Count, TransactionSql.MaxIds)];
        var count = 0;
        while (count < lookups.Length && _waiting.TryDequeue(out var lookup))
        {
            lookups[count++] = lookup;
        }

        return count == lookups.Length ? lookups : lookups[..count];
    }

    private async Task FindAsync(Lookup[] lookups)
    {
        try
        {
            var rows = await reads.RunAsync(
                TransactionSql.FindByIds(lookups.Length),
                TransactionSql.Ids([.. lookups.Select(l => l.TransactionId)]),
                _sql.Read,
                clock.GetElapsedTime(lookups[0].Since),
                CancellationToken.None).ConfigureAwait(false);
            Answer(lookups, rows.ToDictionary(row => row.TransactionId));
        }
        catch (StoreUnavailableException exception)
        {
            Fail(lookups, exception);
        }
        catch (Exception exception) when (lookups.Length == 1)
        {
            Fail(lookups, exception);
        }
        catch (Exception)
        {
            // One of the rows cannot be read. Only those who asked for it hear of it.
            foreach (var lookup in lookups)
            {
                await FindAsync([lookup]).ConfigureAwait(false);
            }
        }
    }

    // In shares, one for each thread that answers: a work item for each would wake a thread for each.
    private void Answer(Lookup[] lookups, Dictionary<string, Transaction> found)
    {
        foreach (var share in lookups.Chunk(Answers.Share(lookups.Length, threads)))
        {
            threads.Scheduler.Schedule(
                _ =>
                {
                    foreach (var lookup in share)
                    {
                        // SQL Server treats an id with a trailing space as the one without.
                        lookup.TrySetResult(found.GetValueOrDefault(lookup.TransactionId));
                    }
                },
                null);
        }
    }

    private static void Fail(Lookup[] lookups, Exception exception) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                foreach (var lookup in lookups)
                {
                    lookup.TrySetException(exception);
                }
            },
            null);

    private sealed class Lookup(string transactionId, long since) : TaskCompletionSource<Transaction?>
    {
        public string TransactionId => transactionId;

        public long Since => since;
    }
}
