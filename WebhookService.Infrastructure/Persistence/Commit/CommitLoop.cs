using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Infrastructure.Persistence.Commit;

/// <summary>The one thread that writes: group commit for adds, completions and claims alike.</summary>
/// <remarks>
/// It has a thread of its own because SQLite's calls block, fsync above all. It is the loop, not the controller, that
/// puts a new row's id on the queue: a row whose sender gave up waiting is claimed all the same, and must be worked.
/// </remarks>
internal sealed partial class CommitLoop(
    IBatchWriter writer,
    WriteQueue writes,
    TransactionQueue queue,
    HeldTransactions held,
    WebhookMetrics metrics,
    IHostApplicationLifetime lifetime,
    ILogger<CommitLoop> logger) : IDisposable
{
    private readonly Lock _stopping = new();
    private Thread? _thread;

    /// <summary>Opens the writer and starts the thread.</summary>
    public void Start()
    {
        writer.Open();
        _thread = new Thread(Run) { IsBackground = true, Name = "commit" };
        _thread.Start();
    }

    /// <summary>Writes what is queued, closes the writer and ends the thread.</summary>
    public void Stop()
    {
        // A host that is stopped and disposed at the same time asks for this twice, side by side.
        lock (_stopping)
        {
            writes.Close();
            _thread?.Join();
            writer.Dispose();
        }
    }

    public void Dispose() => Stop();

    private void Run()
    {
        while (writes.Take() is { } batch)
        {
            Reserve(batch);
            LeaveOutHeld(batch);
            var fault = Commit(batch);
            if (fault is null)
            {
                // Durable from here: every row of the batch is committed and fsynced.
                Enqueue(batch);
                batch.Settle();
                writes.LastFault = null;
                writes.Finish();
                continue;
            }

            CancelReservations(batch);
            writes.LastFault = fault.Message;
            if (fault.Fault == CommitFault.Busy && !lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // The batch stays; its deadlines decide who waits for the next attempt.
                continue;
            }

            if (fault.Fault == CommitFault.Unknown)
            {
                // The batch may be written after all: what it claimed is then in nobody's memory.
                held.NoteLoss();
            }

            batch.Refuse(fault.Message);
            writes.Finish();
            if (fault.Fault == CommitFault.Fatal)
            {
                StopService(fault.Message);
                return;
            }
        }
    }

    private CommitFailedException? Commit(WriteBatch batch)
    {
        try
        {
            writer.Commit(batch);
            metrics.Committed(batch.Adds.Count, batch.Others.Count);
            return null;
        }
        catch (CommitFailedException exception)
        {
            if (writes.LastFault != exception.Message)
            {
                Log.CommitFailed(logger, exception.Message, batch.Adds.Count, batch.Others.Count);
            }

            return exception;
        }
    }

    // The place is reserved before the insert, so that a row is claimed exactly when there is room to work it.
    private void Reserve(WriteBatch batch)
    {
        foreach (var add in batch.Adds)
        {
            add.IsReserved = queue.TryReserve();
        }
    }

    // Asked for when they were in nobody's memory; by now they may be. Only this thread adds what it claims.
    private void LeaveOutHeld(WriteBatch batch)
    {
        foreach (var request in batch.Others)
        {
            (request as ReleaseStraysRequest)?.TransactionIds.RemoveAll(held.Contains);
        }
    }

    private void CancelReservations(WriteBatch batch)
    {
        foreach (var add in batch.Adds)
        {
            if (add.IsReserved)
            {
                queue.CancelReservation();
            }
        }
    }

    private void Enqueue(WriteBatch batch)
    {
        foreach (var request in batch.Others)
        {
            foreach (var transactionId in (request as ClaimRequest)?.Outcome.TransactionIds ?? [])
            {
                held.Add(transactionId);
            }
        }

        var conflicts = 0;
        foreach (var add in batch.Adds)
        {
            metrics.Added(add.Outcome);
            if (add.Outcome == AddOutcome.Added && add.IsReserved)
            {
                held.Add(add.Transaction.TransactionId);
                queue.Enqueue(add.Transaction.TransactionId);
            }
            else if (add.IsReserved)
            {
                queue.CancelReservation();
            }
            else if (add.Outcome == AddOutcome.Added)
            {
                queue.MarkBacklog();
            }

            // One line a commit names the first: a sender that repeats itself cannot fill the log.
            if (add.Outcome == AddOutcome.Conflict && conflicts++ == 0)
            {
                Log.Conflict(logger, add.Transaction.TransactionId);
            }
        }
    }

    // After a failed fsync the kernel may have dropped what it could not write, and asking again would be told "ok".
    // Only a new process that reads the file from the disk knows what is there.
    private void StopService(string reason)
    {
        Log.Fatal(logger, reason);
        writes.Close();
        while (writes.Take() is { } rest)
        {
            rest.Refuse(reason);
            writes.Finish();
        }

        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Commit failed: {Reason} ({Adds} new rows and {Others} other writes wait).")]
        public static partial void CommitFailed(ILogger logger, string reason, int adds, int others);

        [LoggerMessage(2, LogLevel.Warning,
            "Conflict: transaction {TransactionId} was sent again with other content; the first content stays.")]
        public static partial void Conflict(ILogger logger, string transactionId);

        [LoggerMessage(3, LogLevel.Critical, "Stopping, since the disk can no longer be trusted: {Reason}")]
        public static partial void Fatal(ILogger logger, string reason);
    }
}
