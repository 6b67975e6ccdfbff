using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
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
    IBatchEffects effects,
    WebhookMetrics metrics,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
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

    /// <summary>Refuses what is queued and whatever comes, since nobody writes any more, or ever has.</summary>
    public void RefuseAll(string reason)
    {
        writes.Close();
        while (writes.Take() is { } rest)
        {
            rest.Refuse(reason);
            writes.Finish();
        }
    }

    public void Dispose() => Stop();

    private void Run()
    {
        while (writes.Take() is { } batch)
        {
            effects.Prepare(batch, firstAdd: 0);
            switch (Write(batch, TopUp))
            {
                case CommitFault.Busy when !lifetime.ApplicationStopping.IsCancellationRequested:
                    // The batch stays; its deadlines decide who waits for the next attempt.
                    continue;
                case CommitFault.Fatal:
                    batch.Refuse(writes.LastFault!);
                    writes.Finish();
                    StopService(writes.LastFault!);
                    return;
                default:
                    writes.Finish();
                    break;
            }
        }
    }

    /// <summary>Writes a batch and answers those in it; null when it is durable, else the fault.</summary>
    /// <remarks>
    /// After <see cref="CommitFault.Busy"/> and <see cref="CommitFault.Fatal"/> those in it still wait.
    /// </remarks>
    private CommitFault? Write(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        var fault = Commit(batch, topUp);
        if (fault is null)
        {
            // Durable from here: every row of the batch is committed and fsynced.
            effects.Apply(batch);
            batch.Settle();
            writes.LastFault = null;
            return null;
        }

        effects.Cancel(batch, fault.Fault);
        writes.LastFault = fault.Message;
        if (fault.Fault == CommitFault.Row && batch.Count > 1)
        {
            return WriteHalves(batch);
        }

        var isToWait = fault.Fault is CommitFault.Busy or CommitFault.Fatal
            && !lifetime.ApplicationStopping.IsCancellationRequested;
        if (!isToWait)
        {
            batch.Refuse(fault.Message);
        }

        return fault.Fault;
    }

    // A row that the database refuses must not take the others with it. Its sender alone is told so, when it is alone.
    private CommitFault? WriteHalves(WriteBatch batch)
    {
        CommitFault? fault = null;
        foreach (var half in batch.Halve())
        {
            do
            {
                half.RemoveSettled();
                effects.Prepare(half, firstAdd: 0);
                fault = half.IsEmpty ? null : Write(half, static _ => false);
            }
            while (fault == CommitFault.Busy);

            if (fault == CommitFault.Fatal)
            {
                break;
            }
        }

        return fault;
    }

    private CommitFailedException? Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        try
        {
            var begun = clock.GetTimestamp();
            writer.Commit(batch, topUp);
            metrics.Committed(batch.Adds.Count, batch.Others.Count, clock.GetElapsedTime(begun));
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

    private bool TopUp(WriteBatch batch)
    {
        var known = batch.Adds.Count;
        writes.TopUp();
        if (batch.Adds.Count == known)
        {
            return false;
        }

        effects.Prepare(batch, known);
        return true;
    }

    // After a failed fsync the kernel may have dropped what it could not write, and asking again would be told "ok".
    // Only a new process that reads the file from the disk knows what is there.
    private void StopService(string reason)
    {
        Log.Fatal(logger, reason);
        RefuseAll(reason);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Commit failed: {Reason} ({Adds} new rows and {Others} other writes wait).")]
        public static partial void CommitFailed(ILogger logger, string reason, int adds, int others);

        [LoggerMessage(3, LogLevel.Critical, "Stopping, since the disk can no longer be trusted: {Reason}")]
        public static partial void Fatal(ILogger logger, string reason);
    }
}
