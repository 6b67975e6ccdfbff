using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Writing;

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
    private readonly LogPace _refusedRows = new(clock);
    private string? _lastUnexpected;

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

    // An exception that left this thread would end the process at once, with everybody waiting.
    private void Run()
    {
        try
        {
            CommitAll();
        }
        catch (Exception exception)
        {
            // What is in memory and what was claimed may differ by now, which only a new process puts right.
            Log.Broken(logger, exception);
            StopService("The commit loop has failed; see the log.");
        }
    }

    private void CommitAll()
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
        var begun = clock.GetTimestamp();
        var fault = Commit(batch, topUp);
        if (fault is null)
        {
            // Durable from here: every row of the batch is committed and fsynced.
            metrics.Committed(batch.Adds.Count, batch.Others.Count, clock.GetElapsedTime(begun));
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
            writer.Commit(batch, topUp);
            return null;
        }
        catch (CommitFailedException exception)
        {
            Note(exception, batch);
            return exception;
        }
        catch (Exception exception)
        {
            // A list of what may be thrown here is never complete. What is not on it may have come after the commit.
            var fault = new CommitFailedException(CommitFault.Unknown, StoreFault.Describe(exception), exception);
            Note(fault, batch);
            return fault;
        }
    }

    // Once for as long as it lasts; and where it happened, once for each thing that nobody foresaw.
    private void Note(CommitFailedException fault, WriteBatch batch)
    {
        if (fault.Fault == CommitFault.Row)
        {
            NoteRow(fault, batch);
            return;
        }

        if (writes.LastFault != fault.Message)
        {
            Log.CommitFailed(logger, fault.Message, batch.Adds.Count, batch.Others.Count);
        }

        if (fault.InnerException is { } cause && !StoreFault.IsExpected(cause) && _lastUnexpected != fault.Message)
        {
            _lastUnexpected = fault.Message;
            Log.Unexpected(logger, cause);
        }
    }

    // Senders repeat what was refused, so that one row may come for days.
    private void NoteRow(CommitFailedException fault, WriteBatch batch)
    {
        if (batch.Count == 1 && _refusedRows.Count(1) is > 0 and var count)
        {
            var id = batch.Adds.FirstOrDefault()?.Transaction.TransactionId;
            Log.RowRefused(logger, id, fault.Message, count);
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

        [LoggerMessage(6, LogLevel.Error,
            "The database refuses transaction {TransactionId}: {Reason} ({Count} rows since the last such line.)")]
        public static partial void RowRefused(ILogger logger, string? transactionId, string reason, int count);

        [LoggerMessage(4, LogLevel.Error, "The commit failed in a way that was not foreseen.")]
        public static partial void Unexpected(ILogger logger, Exception cause);

        [LoggerMessage(5, LogLevel.Critical, "The commit loop has failed in a way that was not foreseen.")]
        public static partial void Broken(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Critical, "Stopping, since nothing more can be promised: {Reason}")]
        public static partial void Fatal(ILogger logger, string reason);
    }
}
