using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>Shows transactions and their results.</summary>
[Route("v1/transactions")]
[Authorize(Policy = Access.Read)]
[Tags("Transactions")]
[Produces("application/json")]
internal sealed class TransactionsController(ITransactionReader reader, IEventReader events) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string ListOperation = "listTransactions";

    /// <summary>Get one transaction</summary>
    /// <remarks>A transaction can be found as soon as it was answered 202, whatever its status.</remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <response code="200">The transaction.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="503">The store cannot be read now; this says nothing about the transaction.</response>
    [HttpGet("{transactionId}", Name = "getTransaction")]
    [ProducesResponseType<TransactionResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    [NeverBlocks]
    public Task Find(string transactionId)
    {
        if (!TransactionRules.IsId(transactionId))
        {
            return NoTransaction();
        }

        HttpContext.Defer(new FindAnswer(reader.FindAsync(transactionId, CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Get the body that a transaction was mapped from</summary>
    /// <remarks>As the provider sent it, byte for byte, with its content type.</remarks>
    /// <param name="transactionId">The id as the service stores it; case matters.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The body.</response>
    /// <response code="404">No transaction has this id, or its body was not kept, or was pruned.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet("{transactionId}/payload", Name = "getPayload")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task GetPayload(string transactionId, CancellationToken cancellationToken)
    {
        if (TransactionRules.IsId(transactionId)
            && await events.FindEventAsync(transactionId, cancellationToken) is { Payload: { } payload })
        {
            await HttpContext.WritePayloadAsync(payload, cancellationToken);
            return;
        }

        await HttpContext.WriteProblemAsync(
            StatusCodes.Status404NotFound, "No body is kept for a transaction with this id.");
    }

    /// <summary>List the attempts of a transaction</summary>
    /// <remarks>In order; only the newest ones if there were very many. Calls cut off by a crash or a shutdown are not
    /// attempts.</remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The attempts; empty when there is none yet.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet("{transactionId}/attempts", Name = "listAttempts")]
    [ProducesResponseType<AttemptResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public Task<ActionResult<IEnumerable<AttemptResponse>>> ListAttempts(
        string transactionId, CancellationToken cancellationToken) =>
        ListParts(transactionId, reader.FindAttemptsAsync, AttemptResponse.From, cancellationToken);

    /// <summary>List different contents received under the id of a transaction</summary>
    /// <remarks>Each content once, with the number of its receipts. The first content stays in effect.</remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The conflicts, in order of first receipt; empty when there is none.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet("{transactionId}/conflicts", Name = "listConflicts")]
    [ProducesResponseType<ConflictResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public Task<ActionResult<IEnumerable<ConflictResponse>>> ListConflicts(
        string transactionId, CancellationToken cancellationToken) =>
        ListParts(transactionId, reader.FindConflictsAsync, ConflictResponse.From, cancellationToken);

    /// <summary>List transactions, newest first</summary>
    /// <remarks>
    /// The `Link` header with `rel="next"` (RFC 8288) has the address of the next page, if there is one. Every page
    /// costs as much as the first.
    /// </remarks>
    /// <param name="query">Filters and page; all optional.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The page, an array; empty when nothing matches.</response>
    /// <response code="400">A query parameter breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read now, or the filter takes too long.</response>
    [HttpGet(Name = ListOperation)]
    [ProducesResponseType<TransactionResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<IEnumerable<TransactionResponse>>> List(
        [FromQuery] ListParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(out var filter, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return new EmptyResult();
        }

        var rows = await reader.ListAsync(filter, cancellationToken);
        if (rows.Count > filter.Limit)
        {
            Response.Headers.Link = query.LinkAfter(Request, PageCursor.Of(rows[filter.Limit - 1]));
        }

        return Ok(rows.Take(filter.Limit).Select(TransactionResponse.From));
    }

    private async Task<ActionResult<IEnumerable<TResponse>>> ListParts<TPart, TResponse>(
        string transactionId,
        Func<string, CancellationToken, Task<IReadOnlyList<TPart>?>> find,
        Func<TPart, TResponse> respond,
        CancellationToken cancellationToken)
    {
        var parts = TransactionRules.IsId(transactionId) ? await find(transactionId, cancellationToken) : null;
        return parts is null ? await NoTransaction() : Ok(parts.Select(respond));
    }

    private async Task<EmptyResult> NoTransaction()
    {
        await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, FindAnswer.NotFound);
        return new EmptyResult();
    }
}
