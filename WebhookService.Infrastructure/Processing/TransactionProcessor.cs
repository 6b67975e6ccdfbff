using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Drains the queue: each transaction is sent to the external system, then completed. Waiting costs no thread.
/// </summary>
/// <remarks>
/// Stopping has two steps. First nothing new is begun, and what is under way may finish within
/// <c>Processing:ShutdownGrace</c>; then the calls left are cut off, uncounted, and their claims released, so that the
/// next start, or another instance, claims them at once. A stop never writes FAILED.
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

        // Once: a host that is stopped and disposed at the same time stops its services twice, side by side.
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
            // What was not begun is still claimed by this instance; the release at the end of the stop frees it.
        }
    }

    /// <summary>The work on one transaction.</summary>
    /// <param name="claimed">
    /// Durable so far: the row, PROCESSING, with this claim. It stays so until the end of the claim is written below; a
    /// crash before that means that the row is claimed again and another call made, with the same idempotency key.
    /// </param>
    /// <param name="isCurrent">Whether nobody can have taken the claim over.</param>
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
                // Nothing of the call is durable here; the external system knows of it by its idempotency key.
                var result = await externalApi.CallAsync(claimed.Transaction, isCurrent, slots.CutOff)
                    .ConfigureAwait(false);
                completion = result is null ? null : schedule.Decide(claimed, result);
            }
            catch (Exception exception) when (!slots.CutOff.IsCancellationRequested)
            {
                // Not a fault of the system that is called, but of the call: it would break again each time.
                Log.CallBroke(logger, exception, claimed.TransactionId);
                completion = schedule.GiveUp(claimed, startedAt, exception);
            }

            if (completion is not null)
            {
                using var writing = WebhookTracing.StartComplete(completion);
                await writer.CompleteAsync(completion, slots.CutOff).ConfigureAwait(false);

                // Durable: the attempt and what follows from it, PROCESSED, FAILED or the time of the next attempt.
                isCompleted = true;
            }
        }
        catch (OperationCanceledException) when (slots.CutOff.IsCancellationRequested)
        {
            // Cut off by the stop: the row stays PROCESSING and nothing is counted.
        }
        catch (Exception exception)
        {
            Log.ProcessingBroke(logger, exception, claimed.TransactionId);
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

    // One delegate for all that is claimed until the next loss of the lease.
    private Func<bool> WatchLease()
    {
        var losses = claims.Losses;
        return () => claims.AreCurrent(losses);
    }

    // Others may have taken over what waits here, and may have completed it. It is dropped, so that no transaction is
    // called for twice; those claims that this instance still holds are released and claimed anew.
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
        [LoggerMessage(10, LogLevel.Error, "The external call for transaction {TransactionId} broke.")]
        public static partial void CallBroke(ILogger logger, Exception exception, string transactionId);

        [LoggerMessage(11, LogLevel.Error, "Transaction {TransactionId} could not be completed; it stays PROCESSING.")]
        public static partial void ProcessingBroke(ILogger logger, Exception exception, string transactionId);

        [LoggerMessage(14, LogLevel.Warning,
            "The lease had expired; {Count} transactions that waited here are released and claimed anew.")]
        public static partial void LeaseLost(ILogger logger, int count);
    }
}
