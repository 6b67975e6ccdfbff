using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Forwards the rows of the inbox to the database, oldest first, and only then deletes them.</summary>
/// <remarks>
/// It always reads from the file: the path is the same after a crash, after an outage and in normal operation. A row
/// that was forwarded but not yet deleted is forwarded again, which the database's unique key makes harmless.
/// </remarks>
internal sealed partial class InboxForwarder(
    TransactionInbox inbox,
    InboxDelivery delivery,
    IOptions<InboxOptions> options,
    IOptions<IntakeOptions> intake,
    IOptions<ProcessingOptions> processing,
    TimeProvider clock,
    ILogger<InboxForwarder> logger) : BackgroundService
{
    private static readonly TimeSpan LastTries = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FullInterval = TimeSpan.FromMinutes(1);

    private long _startedAt;
    private volatile bool _isUnderWay;
    private volatile bool _hasFailed;
    private bool _hasEventsLeft;

    /// <summary>
    /// Whether the database seems unavailable, so that no sender should wait for its answer: the last attempt failed,
    /// or the current one takes longer than <c>Intake:Deadline</c>.
    /// </summary>
    public bool IsAway => _hasFailed
        || (_isUnderWay && clock.GetElapsedTime(Volatile.Read(ref _startedAt)) > intake.Value.Deadline);

    /// <summary>Whether the quarantine of the database was full at the last attempt.</summary>
    public bool IsQuarantineFull => delivery.Events.IsFull;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first pass needs no arrival: an earlier run may have left rows.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stoppingToken.IsCancellationRequested)
        {
            await ForwardAllAsync(stoppingToken).ConfigureAwait(false);
            await WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A container that is stopped may never return with this file, so it delivers as much as it can now.
        using var grace = new CancellationTokenSource(processing.Value.ShutdownGrace, clock);
        await ForwardAllAsync(grace.Token).ConfigureAwait(false);
        while (HasDeliverable && !grace.IsCancellationRequested)
        {
            await Task.Delay(LastTries, clock, grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ForwardAllAsync(grace.Token).ConfigureAwait(false);
        }

        if (inbox.Waiting + inbox.WaitingEvents > 0)
        {
            Log.Left(logger, inbox.Waiting, inbox.WaitingEvents);
        }
    }

    private bool HasDeliverable => inbox.Waiting > 0 || (inbox.WaitingEvents > 0 && !IsQuarantineFull);

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        if (_hasFailed)
        {
            await Task.Delay(options.Value.RetryInterval, clock, stoppingToken).ConfigureAwait(false);
        }
        else if (_hasEventsLeft)
        {
            // Until something arrives, but no longer than it takes to retry the events.
            using var retry = new CancellationTokenSource(
                IsQuarantineFull ? FullInterval : options.Value.RetryInterval, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(retry.Token, stoppingToken);
            await inbox.Waiters.WaitAsync(either.Token).ConfigureAwait(false);
        }
        else
        {
            await inbox.Waiters.WaitAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task ForwardAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested && inbox.ReadOldest() is { IsEmpty: false } page)
            {
                Volatile.Write(ref _startedAt, clock.GetTimestamp());
                _isUnderWay = true;
                var isDelivered = await delivery.DeliverAsync(page).WaitAsync(cancellationToken).ConfigureAwait(false);
                _isUnderWay = false;
                Note(isDelivered);
                if (!isDelivered)
                {
                    inbox.Waiters.Release();
                    return;
                }
            }

            Volatile.Write(ref _startedAt, clock.GetTimestamp());
            _isUnderWay = true;
            _hasEventsLeft = !await delivery.Events.DeliverAsync(cancellationToken)
                .WaitAsync(cancellationToken)
                .ConfigureAwait(false);
            _isUnderWay = false;
        }
        catch (StoreUnavailableException exception)
        {
            // The inbox itself failed: its commit loop has logged the cause, and stops the service if that is fatal.
            Note(isDelivered: false);
            Log.Unreadable(logger, exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Rows in flight are still in the inbox, unless the database has them.
        }
    }

    // Logs each change once, however long it lasts.
    private void Note(bool isDelivered)
    {
        if (_hasFailed == isDelivered)
        {
            _hasFailed = !isDelivered;
            if (isDelivered)
            {
                Log.Back(logger, inbox.Waiting);
            }
            else
            {
                Log.Away(logger, inbox.Waiting);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(80, LogLevel.Warning,
            "The database accepts nothing; {Waiting} transactions wait in the inbox, and more are accepted.")]
        public static partial void Away(ILogger logger, long waiting);

        [LoggerMessage(81, LogLevel.Information, "The database accepts transactions again; the inbox has {Waiting}.")]
        public static partial void Back(ILogger logger, long waiting);

        [LoggerMessage(82, LogLevel.Warning,
            "Stopped with {Waiting} transactions and {Events} events in the inbox; the next start forwards them.")]
        public static partial void Left(ILogger logger, long waiting, long events);

        [LoggerMessage(83, LogLevel.Error, "Forwarding failed: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
