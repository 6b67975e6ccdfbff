using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Api.Operations;

/// <summary>Takes failed transactions back for another round of attempts.</summary>
[Route("v1/transactions")]
[Authorize(Policy = Access.Operate)]
[Tags("Operations")]
[Produces("application/json")]
public sealed partial class RetryController(
    ITransactionRetries retries, ITransactionReader reader, BulkRetry bulk, ILogger<RetryController> logger)
    : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string RetryAllOperation = "retryTransactions";

    // Somebody else may retry it between the look and the write, and it may have failed again since.
    private const int Looks = 3;

    /// <summary>Retry one failed transaction</summary>
    /// <remarks>It becomes PROCESSING again and is called with the same idempotency key; its history stays.</remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <param name="cancellationToken">Ends the query when the caller hangs up.</param>
    /// <response code="202">It is PROCESSING again.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="409">It is not FAILED, or its content was pruned.</response>
    /// <response code="503">The store cannot be written now.</response>
    [HttpPost("{transactionId}/retry", Name = "retryTransaction")]
    [ProducesResponseType<RetryResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<RetryResponse>> RetryOne(
        string transactionId, CancellationToken cancellationToken)
    {
        for (var look = 1; TransactionRules.IsId(transactionId); look++)
        {
            var transaction = await reader.FindAsync(transactionId, cancellationToken);
            if (transaction is null)
            {
                break;
            }

            if (!transaction.CanRetry || look > Looks)
            {
                await HttpContext.WriteProblemAsync(StatusCodes.Status409Conflict, WhyNot(transaction));
                return new EmptyResult();
            }

            if (await retries.RetryAsync([transaction.Retry()]) == 1)
            {
                Log.RetriedOne(logger, Operator, transactionId);
                return Accepted($"/v1/transactions/{transactionId}", new RetryResponse(1));
            }
        }

        await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, "No transaction has this id.");
        return new EmptyResult();
    }

    /// <summary>Retry all failed transactions that a filter finds</summary>
    /// <remarks>
    /// Goes through them in small transactions, beside which others get their turn, for 20 s at most unless it is set
    /// otherwise. If more are left then, the `Link` header with `rel="next"` leads on: post to it. Calling again is
    /// harmless: what is PROCESSING already is left alone.
    /// </remarks>
    /// <param name="query">Filters, as for the list; without any, all that are FAILED.</param>
    /// <param name="cancellationToken">Ends it when the caller hangs up; what was retried stays so.</param>
    /// <response code="202">How many are PROCESSING again.</response>
    /// <response code="400">A query parameter breaks its rule; `errors` names it.</response>
    /// <response code="503">The store went away; some may have been retried, so call again.</response>
    [HttpPost("retry", Name = RetryAllOperation)]
    [ProducesResponseType<RetryResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<RetryResponse>> RetryAll(
        [FromQuery] RetryParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.TryRead(Request.Query, out var filter, out var errors))
        {
            var retried = await bulk.RunAsync(filter, cancellationToken);
            Log.Retried(logger, Operator, retried.Count);
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

    // The name of the key; anybody where none is needed.
    private string Operator => User.Identity?.Name ?? "anybody";

    private static string WhyNot(Transaction transaction) => transaction.IsPruned
        ? "Its content was pruned, so that nothing is left to call with."
        : $"Only a FAILED transaction can be retried; this one is {TransactionStatusNames.ToName(transaction.Status)}.";

    private static partial class Log
    {
        [LoggerMessage(73, LogLevel.Information, "{Operator} retried the failed transaction {TransactionId}.")]
        public static partial void RetriedOne(ILogger logger, string @operator, string transactionId);

        [LoggerMessage(72, LogLevel.Information, "{Operator} retried {Count} failed transactions.")]
        public static partial void Retried(ILogger logger, string @operator, int count);
    }
}
