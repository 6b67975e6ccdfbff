using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Handling;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Calls the handler within the limits of the pipeline, and turns any outcome into a result.</summary>
/// <remarks>
/// Simulated calls have no limits: there is nothing to protect, and hundreds of thousands wait at once.
/// </remarks>
internal sealed partial class HandlerCalls(
    ITransactionHandler handler,
    ExternalApiPipeline pipeline,
    ReadEvent readEvent,
    IOptions<ExternalApiOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<HandlerCalls> logger) : IExternalApi
{
    private readonly bool _isSimulated = handler is SimulatedTransactionHandler;
    private readonly CancellationToken _stopping = lifetime.ApplicationStopping;
    private readonly LogPace _pace = new(clock);

    public async ValueTask<CallResult?> CallAsync(
        Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken)
    {
        if (_isSimulated)
        {
            return await AttemptAsync(transaction, null, cancellationToken, cancellationToken).ConfigureAwait(false);
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping);
        try
        {
            return await pipeline.CallAsync(
                async timeout => mayBegin() && !waiting.IsCancellationRequested
                    ? await AttemptAsync(
                        transaction,
                        await readEvent(transaction, cancellationToken).ConfigureAwait(false),
                        timeout,
                        cancellationToken).ConfigureAwait(false)
                    : null,
                waiting.Token,
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            _stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The call was still waiting for its turn at shutdown.
            return null;
        }
    }

    /// <param name="transaction">The transaction to process.</param>
    /// <param name="received">The event it was mapped from; null for none.</param>
    /// <param name="timeout">Canceled at the timeout of the attempt, which is a result.</param>
    /// <param name="cutOff">Canceled at shutdown, which is no result.</param>
    private async ValueTask<CallResult> AttemptAsync(
        Transaction transaction, SourceEvent? received, CancellationToken timeout, CancellationToken cutOff)
    {
        var startedAt = clock.GetUtcNow();
        var start = clock.GetTimestamp();
        HandlerResult result;
        try
        {
            result = await handler
                .HandleAsync(new TransactionHandlerContext(transaction, received, transaction.Attempts + 1), timeout)
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // At shutdown nothing that fails is the handler's fault, and the attempt does not count.
            cutOff.ThrowIfCancellationRequested();
            result = timeout.IsCancellationRequested
                ? HandlerResult.Again($"No answer within {options.Value.Timeout.TotalSeconds:0.###} s.")
                : Explain(exception, transaction);
        }

        return new CallResult(
            new Attempt(startedAt, clock.GetElapsedTime(start), result.Outcome, result.HttpStatus, result.Reason),
            result.Wait);
    }

    private HandlerResult Explain(Exception exception, Transaction transaction)
    {
        if (_pace.Count() is > 0 and var count)
        {
            Log.HandlerThrew(logger, exception, transaction.TransactionId, count);
        }

        return HandlerResult.Again($"{exception.GetType().Name}: {exception.Message}");
    }

    private static partial class Log
    {
        [LoggerMessage(53, LogLevel.Error,
            "The handler threw for transaction {TransactionId}; another attempt may follow. Exceptions since the last "
            + "such line: {Count}.")]
        public static partial void HandlerThrew(ILogger logger, Exception exception, string transactionId, int count);
    }
}
