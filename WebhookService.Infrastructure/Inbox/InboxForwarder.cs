using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Brings what is in the inbox to the database, oldest first, and only then gives it up.</summary>
/// <remarks>
/// It always reads from the file: after a crash, after an outage and while all is well it is the same path. A row that
/// was brought there and not yet given up is brought again, which the database's unique key makes harmless.
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

    private long _startedAt;
    private volatile bool _isUnderWay;
    private volatile bool _hasFailed;

    /// <summary>
    /// Whether the database seems to be away, so that nobody should wait for what it says: the last attempt failed, or
    /// the one under way takes longer than anybody would wait.
    /// </summary>
    public bool IsAway => _hasFailed
        || (_isUnderWay && clock.GetElapsedTime(Volatile.Read(ref _startedAt)) > intake.Value.Deadline);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first look needs no arrival: something may be there from before.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stoppingToken.IsCancellationRequested)
        {
            await ForwardAllAsync(stoppingToken).ConfigureAwait(false);
            await WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A container that is stopped may never come back with this file, so what can be delivered still is.
        using var grace = new CancellationTokenSource(processing.Value.ShutdownGrace, clock);
        await ForwardAllAsync(grace.Token).ConfigureAwait(false);
        while (inbox.Waiting > 0 && !grace.IsCancellationRequested)
        {
            await Task.Delay(LastTries, clock, grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ForwardAllAsync(grace.Token).ConfigureAwait(false);
        }

        if (inbox.Waiting > 0)
        {
            Log.Left(logger, inbox.Waiting);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        if (_hasFailed)
        {
            await Task.Delay(options.Value.RetryInterval, clock, stoppingToken).ConfigureAwait(false);
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
                    inbox.Waiters.LetGo();
                    return;
                }
            }
        }
        catch (StoreUnavailableException exception)
        {
            // The inbox itself: its commit loop has said why, and stops the service if that is final.
            Note(isDelivered: false);
            Log.Unreadable(logger, exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was under way is in the inbox still, unless the database has it.
        }
    }

    // Once for each change, however long it lasts.
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
            "The database takes nothing; {Waiting} transactions wait in the inbox, and more are accepted.")]
        public static partial void Away(ILogger logger, long waiting);

        [LoggerMessage(81, LogLevel.Information, "The database takes transactions again; {Waiting} are still to come.")]
        public static partial void Back(ILogger logger, long waiting);

        [LoggerMessage(82, LogLevel.Warning,
            "Stopped with {Waiting} transactions in the inbox; the next start goes on.")]
        public static partial void Left(ILogger logger, long waiting);

        [LoggerMessage(83, LogLevel.Error, "Forwarding failed: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
