using Microsoft.Extensions.Logging;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Makes of an external call what is to be written, whatever the call does.</summary>
internal sealed partial class TransactionCall(
    IExternalApi externalApi, TimeProvider clock, ILogger<TransactionCall> logger)
{
    // What the column takes; a server database would refuse a longer one, and the transaction would be stuck.
    private const int MaxReasonLength = 500;

    /// <summary>Calls for one transaction.</summary>
    /// <exception cref="OperationCanceledException">The token cut it off: nothing is known, nothing counts.</exception>
    public async Task<Completion> RunAsync(string transactionId, CancellationToken cancellationToken)
    {
        try
        {
            await externalApi.CallAsync(transactionId, cancellationToken).ConfigureAwait(false);
            return new Completion(transactionId, TransactionStatus.Processed, clock.GetUtcNow());
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.CallFailed(logger, exception, transactionId);
            var reason = exception is ExternalCallFailedException
                ? Shorten(exception.Message)
                : "The external call broke.";
            return new Completion(transactionId, TransactionStatus.Failed, clock.GetUtcNow(), reason);
        }
    }

    private static string Shorten(string reason) => reason.Length <= MaxReasonLength
        ? reason
        : reason[..(char.IsHighSurrogate(reason[MaxReasonLength - 1]) ? MaxReasonLength - 1 : MaxReasonLength)];

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "The external call for transaction {TransactionId} failed.")]
        public static partial void CallFailed(ILogger logger, Exception exception, string transactionId);
    }
}
