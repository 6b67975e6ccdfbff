using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Writing;

/// <summary>The only thread that writes: group commit for adds, completions and claims.</summary>
/// <remarks>
/// It has a dedicated thread because SQLite's calls block, fsync above all. The loop, not the controller, enqueues a
/// new row: the row is claimed, and must be processed, even if its sender no longer waits.
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
    private long? _failingSince;

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
        // A host that is stopped and disposed at the same time calls this twice, concurrently.
        lock (_stopping)
        {
            writes.Close();
            _thread?.Join();
            writer.Dispose();
        }
    }

    /// <summary>Rejects queued and later writes, since the thread has ended or was never started.</summary>
    public void RejectAll(string reason)
    {
        writes.Close();
        while (writes.Take() is { } rest)
        {
            rest.Reject(reason);
            writes.Finish();
        }
    }

    public void Dispose() => Stop();

    // An exception that escaped this thread would end the process at once and leave every waiter unanswered.
    private void Run()
    {
        try
        {
            CommitAll();
        }
        catch (Exception exception)
        {
            // Memory and stored claims may differ now, which only a new process can repair.
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
                    // The batch stays for the next attempt, without the requests whose deadline passes first.
                    continue;
                case CommitFault.Fatal:
                    batch.Reject(writes.LastFault!);
                    writes.Finish();
                    StopService(writes.LastFault!);
                    return;
                default:
                    writes.Finish();
                    break;
            }
        }
    }

    /// <summary>Writes a batch and answers its requests; null when it is durable, else the fault.</summary>
    /// <remarks>
    /// After <see cref="CommitFault.Busy"/> and <see cref="CommitFault.Fatal"/> its requests still wait.
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
            batch.Complete();
            writes.LastFault = null;
            NoteSuccess();
            return null;
        }

        effects.Cancel(batch, fault.Fault);
        writes.LastFault = fault.Message;
        if (fault.Fault == CommitFault.Row && batch.Count > 1)
        {
            return WriteHalves(batch);
        }

        var shouldRetry = fault.Fault is CommitFault.Busy or CommitFault.Fatal
            && !lifetime.ApplicationStopping.IsCancellationRequested;
        if (!shouldRetry)
        {
            batch.Reject(fault.Message);
        }

        return fault.Fault;
    }

    // A row that the database rejects must not fail the others: halving isolates it, and only its sender is rejected.
    private CommitFault? WriteHalves(WriteBatch batch)
    {
        CommitFault? fault = null;
        foreach (var half in batch.Halve())
        {
            do
            {
                half.RemoveCompleted();
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
            // No list of exceptions to expect here is complete, and an unlisted one may have come after the commit.
            var fault = new CommitFailedException(CommitFault.Unknown, StoreFault.Describe(exception), exception);
            Note(fault, batch);
            return fault;
        }
    }

    // Logs a lasting fault once, and the stack trace of each unexpected fault once.
    private void Note(CommitFailedException fault, WriteBatch batch)
    {
        if (fault.Fault == CommitFault.Row)
        {
            NoteRow(fault, batch);
            return;
        }

        _failingSince ??= clock.GetTimestamp();
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

    private void NoteSuccess()
    {
        if (_failingSince is { } since)
        {
            _failingSince = null;
            Log.Back(logger, clock.GetElapsedTime(since).TotalSeconds);
        }
    }

    // Senders repeat rejected rows, so one row may come for days.
    private void NoteRow(CommitFailedException fault, WriteBatch batch)
    {
        if (batch.Count == 1 && _refusedRows.Count(1) is > 0 and var count)
        {
            var id = batch.Adds.FirstOrDefault()?.Transaction.TransactionId;
            Log.RowRejected(logger, id, fault.Message, count);
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

    // After a failed fsync the kernel may have dropped the data it could not write, and the next fsync would succeed.
    // Only a new process that reads the file from the disk knows what is there.
    private void StopService(string reason)
    {
        Log.Fatal(logger, reason);
        RejectAll(reason);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Commit failed: {Reason} ({Adds} new rows and {Others} other writes wait).")]
        public static partial void CommitFailed(ILogger logger, string reason, int adds, int others);

        [LoggerMessage(8, LogLevel.Information, "Commits succeed again; the database was away for {Seconds:0.0} s.")]
        public static partial void Back(ILogger logger, double seconds);

        [LoggerMessage(6, LogLevel.Error,
            "The database rejects transaction {TransactionId}: {Reason} ({Count} rows since the last such line.)")]
        public static partial void RowRejected(ILogger logger, string? transactionId, string reason, int count);

        [LoggerMessage(4, LogLevel.Error, "The commit failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception cause);

        [LoggerMessage(5, LogLevel.Critical, "The commit loop failed unexpectedly.")]
        public static partial void Broken(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Critical, "Stopping, since no further write can be guaranteed: {Reason}")]
        public static partial void Fatal(ILogger logger, string reason);
    }
}
