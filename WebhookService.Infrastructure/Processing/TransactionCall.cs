using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Makes of an external call what is to be written, whatever the call does.</summary>
internal sealed partial class TransactionCall(
    IExternalApi externalApi,
    RetrySchedule schedule,
    WebhookMetrics metrics,
    TimeProvider clock,
    ILogger<TransactionCall> logger)
{
    /// <summary>Calls for one transaction; null when the call was not begun.</summary>
    /// <exception cref="OperationCanceledException">The token cut it off: nothing is known, nothing counts.</exception>
    public async Task<Completion?> RunAsync(ClaimedTransaction claimed, CancellationToken cancellationToken)
    {
        var transactionId = claimed.TransactionId;
        var startedAt = clock.GetUtcNow();
        try
        {
            var result = await externalApi.CallAsync(transactionId, cancellationToken).ConfigureAwait(false);
            if (result is null)
            {
                return null;
            }

            metrics.Attempted(result.Attempt.Outcome);
            return schedule.Decide(claimed, result);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Not a fault of the system that is called, but of the call: it would break again each time.
            Log.CallBroke(logger, exception, transactionId);
            var reason = $"The external call broke: {exception.GetType().Name}.";
            var attempt = new Attempt(
                startedAt, clock.GetUtcNow() - startedAt, AttemptOutcome.Rejected, HttpStatus: null, reason);
            return Completion.Failed(transactionId, claimed.Claim, attempt, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "The external call for transaction {TransactionId} broke.")]
        public static partial void CallBroke(ILogger logger, Exception exception, string transactionId);
    }
}
