using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.OnCall;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Transactions;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Api.Operations;

/// <summary>Retries failed transactions with another round of attempts.</summary>
[Route("v1/transactions")]
[Authorize(Policy = Access.Operate)]
[Tags("Operations")]
[Produces("application/json")]
internal sealed partial class RetryController(
    ITransactionRetries retries,
    ITransactionReader reader,
    BulkChange bulk,
    OperatorActions actions,
    ILogger<RetryController> logger) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string RetryAllOperation = "retryTransactions";

    // Another caller may retry it between the read and the write, and it may have failed again since.
    private const int MaxReads = 3;

    /// <summary>Retry one failed transaction</summary>
    /// <remarks>It becomes PROCESSING again and is called with the same idempotency key; its history remains.</remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="202">It is PROCESSING again.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="409">It is not FAILED, or its content was pruned.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be written now.</response>
    [HttpPost("{transactionId}/retry", Name = "retryTransaction")]
    [OperatorNote]
    [ProducesResponseType<RetryResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<RetryResponse>> RetryOne(
        string transactionId, CancellationToken cancellationToken)
    {
        if (await OperatorNote.ReadJsonAsync(HttpContext) is not { } note)
        {
            return new EmptyResult();
        }

        for (var reads = 1; TransactionRules.IsId(transactionId); reads++)
        {
            var transaction = await reader.FindAsync(transactionId, cancellationToken);
            if (transaction is null)
            {
                break;
            }

            if (!transaction.CanRetry || reads > MaxReads)
            {
                await HttpContext.WriteProblemAsync(StatusCodes.Status409Conflict, ExplainConflict(transaction));
                return new EmptyResult();
            }

            if (await retries.RetryAsync([transaction.Retry()]) == 1)
            {
                Log.RetriedOne(logger, Operator, transactionId);
                await actions.RecordAsync(User, AuditActions.Retry, transactionId, 1, note.Text);
                return Accepted($"/v1/transactions/{transactionId}", new RetryResponse(1));
            }
        }

        await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, "No transaction has this id.");
        return new EmptyResult();
    }

    /// <summary>Retry all failed transactions that a filter finds</summary>
    /// <remarks>
    /// Retries them in small database transactions that do not hold up other work, for 20 s at most by default. If more
    /// remain, the `Link` header with `rel="next"` has the address to post to next. Repeating a call is harmless:
    /// transactions that are PROCESSING stay as they are.
    /// </remarks>
    /// <param name="query">Filters, as for the list; without any, all FAILED transactions.</param>
    /// <param name="cancellationToken">Cancels the rest when the caller disconnects.</param>
    /// <response code="202">The number of transactions that are PROCESSING again.</response>
    /// <response code="400">A query parameter breaks its rule, or the body is not a JSON object.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store became unavailable; some may have been retried, so call again.</response>
    [HttpPost("retry", Name = RetryAllOperation)]
    [OperatorNote]
    [ProducesResponseType<RetryResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<RetryResponse>> RetryAll(
        [FromQuery] FailedParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.TryRead(Request.Query, out var found, out var errors))
        {
            if (await OperatorNote.ReadJsonAsync(HttpContext) is not { } note)
            {
                return new EmptyResult();
            }

            var retried = await bulk.RunAsync(
                found, row => row.CanRetry ? row.Retry() : null, retries.RetryAsync, cancellationToken);
            var filter = OperatorActions.FilterOf(Request);
            Log.Retried(logger, Operator, retried.Count, OperatorActions.DescribeFilter(Request));
            if (retried.Count > 0)
            {
                await actions.RecordAsync(User, AuditActions.Retry, filter, retried.Count, note.Text);
            }

            retried.Failure?.Throw();
            if (retried.Next is { } next)
            {
                Response.Headers.Link = query.LinkAfter(Request, next);
            }

            return Accepted(new RetryResponse(retried.Count));
        }

        await HttpContext.WriteProblemAsync(
            StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
        return new EmptyResult();
    }

    private string Operator => OperatorActions.NameOf(User);

    private static string ExplainConflict(Transaction transaction) => transaction.IsPruned
        ? "Its content was pruned, so there is nothing left to send."
        : $"Only a FAILED transaction can be retried; this one is {TransactionStatusNames.ToName(transaction.Status)}.";

    private static partial class Log
    {
        [LoggerMessage(73, LogLevel.Information, "{Operator} retried the failed transaction {TransactionId}.")]
        public static partial void RetriedOne(ILogger logger, string @operator, string transactionId);

        [LoggerMessage(72, LogLevel.Information, "{Operator} retried {Count} failed transactions ({Filter}).")]
        public static partial void Retried(ILogger logger, string @operator, int count, string filter);
    }
}
