using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Claims rows that no live instance has claimed and enqueues them, oldest first: after a start, after a full queue and
/// on every sweep. One code path for all three.
/// </summary>
/// <remarks>
/// It claims no more than the queue has room for, a page at a time, so a backlog of a million rows costs a start
/// neither time nor memory.
/// </remarks>
internal sealed partial class TransactionRecovery(
    TransactionQueue queue,
    ITransactionClaims claims,
    IOptions<ProcessingOptions> options,
    Jitter jitter,
    TimeProvider clock,
    ILogger<TransactionRecovery> logger) : BackgroundService
{
    private ClaimPosition _position = ClaimPosition.Start;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Enabled && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await ClaimDueAsync().ConfigureAwait(false) && await ClaimPageAsync().ConfigureAwait(false))
                {
                    await WaitForRoomAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                // Rows wait in the database until the next sweep, even if there is room; nothing else depends on this.
                NoteFault(exception);
                queue.MarkBacklog();
                await Task.Delay(jitter.Shorten(options.Value.SweepInterval), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void NoteFault(Exception exception)
    {
        if (exception is StoreUnavailableException)
        {
            Log.StoreUnavailable(logger, exception.Message);
        }
        else
        {
            Log.SweepFailed(logger, exception);
        }
    }

    /// <summary>Claims rows whose next attempt is due; true when the queue is full or no more rows are due.</summary>
    private async Task<bool> ClaimDueAsync()
    {
        var reserved = queue.TryReserve(options.Value.ClaimBatch);
        if (reserved == 0)
        {
            // Recovery runs again as soon as there is room, for these rows or others.
            queue.MarkBacklog();
            return true;
        }

        var due = await ClaimAsync(reserved, () => claims.ClaimDueAsync(clock.GetUtcNow(), reserved))
            .ConfigureAwait(false);
        Enqueue(due, reserved);
        return due.Count < reserved;
    }

    /// <summary>Claims one page; true when the queue is full or no more rows can be claimed.</summary>
    private async Task<bool> ClaimPageAsync()
    {
        var reserved = queue.TryReserve(options.Value.ClaimBatch);
        if (reserved == 0)
        {
            return true;
        }

        var page = await ClaimAsync(reserved, () => claims.ClaimAsync(_position, reserved)).ConfigureAwait(false);
        Enqueue(page.Rows, reserved);
        return Advance(page, reserved);
    }

    private async Task<TClaimed> ClaimAsync<TClaimed>(int reserved, Func<ValueTask<TClaimed>> claim)
    {
        try
        {
            return await claim().ConfigureAwait(false);
        }
        catch
        {
            queue.CancelReservation(reserved);
            throw;
        }
    }

    private void Enqueue(IReadOnlyList<ClaimedTransaction> claimed, int reserved)
    {
        foreach (var transaction in claimed)
        {
            queue.Enqueue(transaction);
        }

        queue.CancelReservation(reserved - claimed.Count);
    }

    private bool Advance(ClaimedPage page, int reserved)
    {
        if (page.Rows.Count == reserved)
        {
            _position = page.Next;
            queue.MarkBacklog();
            return false;
        }

        // A pass that began in the middle proves nothing about earlier rows, and a row may have been left to the
        // database between the query and the clearing: only a whole pass that finds nothing to clear is the last.
        var isWholePass = _position == ClaimPosition.Start;
        _position = ClaimPosition.Start;
        return isWholePass && !queue.TryClearBacklog();
    }

    private async Task WaitForRoomAsync(CancellationToken stoppingToken)
    {
        using var sweep = new CancellationTokenSource(jitter.Shorten(options.Value.SweepInterval), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(sweep.Token, stoppingToken);
        try
        {
            await queue.WaitForRoomAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The next sweep is due, or the loop ends.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Error, "A sweep for unclaimed transactions failed; the next one tries again.")]
        public static partial void SweepFailed(ILogger logger, Exception exception);

        [LoggerMessage(21, LogLevel.Warning, "Unclaimed transactions cannot be claimed now: {Reason}")]
        public static partial void StoreUnavailable(ILogger logger, string reason);
    }
}
