using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Sends each queued transaction to the external system, then completes it. Waiting costs no thread.</summary>
/// <remarks>
/// Shutdown has two steps. First, no call begins, and calls in flight may finish within
/// <c>Processing:ShutdownGrace</c>. Then the rest are cut off, which counts as no attempt, and their claims are
/// released, so that the next start, or another instance, claims the rows at once. A shutdown never writes FAILED.
/// </remarks>
internal sealed partial class TransactionProcessor(
    TransactionQueue queue,
    IExternalApi externalApi,
    RetrySchedule schedule,
    ClaimedSet claims,
    ClaimWriter writer,
    ProcessingSlots slots,
    ILogger<TransactionProcessor> logger) : BackgroundService
{
    private readonly Lock _stopGate = new();
    private Task? _stopped;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (ExecuteTask is null)
        {
            // The start failed before this service began, so it has claimed nothing.
            return;
        }

        // Once: a host that is stopped and disposed at the same time stops its services twice, concurrently.
        Task stopped;
        lock (_stopGate)
        {
            stopped = _stopped ??= DrainAsync();
        }

        await stopped.ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!queue.IsProcessing)
        {
            return;
        }

        var isCurrent = WatchLease();
        try
        {
            await foreach (var claimed in queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                await slots.TakeAsync(stoppingToken).ConfigureAwait(false);
                queue.Dequeued();
                if (isCurrent())
                {
                    _ = ProcessAsync(claimed, isCurrent);
                    continue;
                }

                slots.Free();
                await claims.WaitForLeaseAsync(stoppingToken).ConfigureAwait(false);
                isCurrent = WatchLease();
                AbandonQueue(claimed);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Queued rows are still claimed by this instance; the release at the end of the shutdown frees them.
        }
    }

    /// <summary>Processes one transaction.</summary>
    /// <param name="claimed">
    /// Durable so far: the row, PROCESSING, with this claim, until its result is written below. After a crash before
    /// that, the row is claimed again and another call made, with the same idempotency key.
    /// </param>
    /// <param name="isCurrent">Whether no other instance can have taken over the claim.</param>
    private async Task ProcessAsync(ClaimedTransaction claimed, Func<bool> isCurrent)
    {
        var isCompleted = false;
        using var span = WebhookTracing.StartProcess(claimed);
        try
        {
            Completion? completion;
            var startedAt = schedule.Now;
            try
            {
                // The call leaves nothing durable here; the external system detects a repeat by its idempotency key.
                var result = await externalApi.CallAsync(claimed.Transaction, isCurrent, slots.CutOff)
                    .ConfigureAwait(false);
                completion = result is null ? null : schedule.Decide(claimed, result);
            }
            catch (StoreUnavailableException exception)
            {
                // No call was made. The row is claimed again when the store is back.
                Log.EventNotRead(logger, claimed.TransactionId, exception.Message);
                completion = null;
            }
            catch (Exception exception) when (!slots.CutOff.IsCancellationRequested)
            {
                // The fault is in the call, not in the external system: every further call would fail too.
                Log.CallThrew(logger, exception, claimed.TransactionId);
                completion = schedule.FailUnexpectedly(claimed, startedAt, exception);
            }

            if (completion is not null)
            {
                using var writing = WebhookTracing.StartComplete(completion);
                await writer.CompleteAsync(completion, slots.CutOff).ConfigureAwait(false);

                // Durable: the attempt and its consequence, PROCESSED, FAILED or the time of the next attempt.
                isCompleted = true;
            }
        }
        catch (OperationCanceledException) when (slots.CutOff.IsCancellationRequested)
        {
            // Cut off at shutdown: the row stays PROCESSING and no attempt is counted.
        }
        catch (Exception exception)
        {
            Log.ProcessingFailed(logger, exception, claimed.TransactionId);
        }
        finally
        {
            if (!isCompleted)
            {
                claims.Abandon(claimed);
            }

            slots.Free();
        }
    }

    // One delegate serves all claims until the lease is lost again.
    private Func<bool> WatchLease()
    {
        var losses = claims.Losses;
        return () => claims.AreCurrent(losses);
    }

    // Other instances may have taken over and completed the queued rows. The queue is dropped, so that no call is made
    // twice; claims that this instance still has are released and claimed anew.
    private void AbandonQueue(ClaimedTransaction first)
    {
        List<ClaimedTransaction> waiting = [first];
        for (var left = queue.Depth; left > 0 && queue.Reader.TryRead(out var other); left--)
        {
            queue.Dequeued();
            waiting.Add(other);
        }

        claims.Abandon(waiting);
        queue.MarkBacklog();
        Log.LeaseLost(logger, waiting.Count);
    }

    private async Task DrainAsync()
    {
        await slots.DrainAsync().ConfigureAwait(false);
        await writer.ReleaseAllAsync().ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "The external call for transaction {TransactionId} failed unexpectedly.")]
        public static partial void CallThrew(ILogger logger, Exception exception, string transactionId);

        [LoggerMessage(15, LogLevel.Warning,
            "The event of transaction {TransactionId} could not be read; its call is made later. {Reason}")]
        public static partial void EventNotRead(ILogger logger, string transactionId, string reason);

        [LoggerMessage(11, LogLevel.Error, "Transaction {TransactionId} could not be completed; it stays PROCESSING.")]
        public static partial void ProcessingFailed(ILogger logger, Exception exception, string transactionId);

        [LoggerMessage(14, LogLevel.Warning,
            "The lease had expired; {Count} queued transactions are released and claimed anew.")]
        public static partial void LeaseLost(ILogger logger, int count);
    }
}
