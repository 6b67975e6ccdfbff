using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Transactions;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Api.OnCall;

/// <summary>Dismisses failed transactions, which need nobody's attention any more.</summary>
[Route("v1/transactions")]
[Authorize(Policy = Access.Operate)]
[Tags("On call")]
[Produces("application/json")]
internal sealed partial class DismissalController(
    IDismissals dismissals,
    ITransactionReader reader,
    BulkChange bulk,
    OperatorActions actions,
    TimeProvider clock,
    ILogger<DismissalController> logger) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string DismissAllOperation = "dismissTransactions";

    /// <summary>The same for taking it back.</summary>
    public const string UndismissAllOperation = "undismissTransactions";

    private const string NoteMember = "note";

    // It may be retried, or dismissed by somebody else, between the read and the write.
    private const int MaxReads = 3;

    /// <summary>Dismiss one failed transaction</summary>
    /// <remarks>
    /// It stays FAILED and can still be retried, but is not counted among the failures that need attention. A repeated
    /// call changes nothing: the first note stays.
    /// </remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="202">It is dismissed; the number is 0 if it was before.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="409">It is not FAILED, or its content was pruned.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read or written now.</response>
    [HttpPost("{transactionId}/dismiss", Name = "dismissTransaction")]
    [OperatorNote(NoteMember)]
    [ProducesResponseType<DismissResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<DismissResponse>> Dismiss(
        string transactionId, CancellationToken cancellationToken) =>
        await ChangeAsync(AuditActions.Dismiss, transactionId, cancellationToken) is { } changed
            ? Accepted($"/v1/transactions/{transactionId}", new DismissResponse(changed))
            : new EmptyResult();

    /// <summary>Take back the dismissal of a transaction</summary>
    /// <remarks>A repeated call changes nothing.</remarks>
    /// <param name="transactionId">The id as it was sent; case matters.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="202">It is not dismissed; the number is 0 if it was not before.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="404">No transaction has this id.</response>
    /// <response code="409">It is not FAILED, or its content was pruned.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read or written now.</response>
    [HttpPost("{transactionId}/undismiss", Name = "undismissTransaction")]
    [OperatorNote]
    [ProducesResponseType<UndismissResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<UndismissResponse>> Undismiss(
        string transactionId, CancellationToken cancellationToken) =>
        await ChangeAsync(AuditActions.Undismiss, transactionId, cancellationToken) is { } changed
            ? Accepted($"/v1/transactions/{transactionId}", new UndismissResponse(changed))
            : new EmptyResult();

    /// <summary>Dismiss all failed transactions that a filter finds</summary>
    /// <remarks>
    /// As a bulk retry: in small database transactions, for 20 s at most by default. If more remain, the `Link` header
    /// with `rel="next"` has the address to post to next.
    /// </remarks>
    /// <param name="query">Filters, as for the list; without any, all FAILED transactions.</param>
    /// <param name="cancellationToken">Cancels the rest when the caller disconnects.</param>
    /// <response code="202">The number of transactions that were dismissed.</response>
    /// <response code="400">A query parameter breaks its rule, or the body is not a JSON object.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store became unavailable; some may have been dismissed, so call again.</response>
    [HttpPost("dismiss", Name = DismissAllOperation)]
    [OperatorNote(NoteMember)]
    [ProducesResponseType<DismissResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<DismissResponse>> DismissAll(
        [FromQuery] FailedParameters query, CancellationToken cancellationToken) =>
        await ChangeAllAsync(AuditActions.Dismiss, query, cancellationToken) is { } changed
            ? Accepted(new DismissResponse(changed))
            : new EmptyResult();

    /// <summary>Take back all dismissals that a filter finds</summary>
    /// <remarks>As the bulk dismissal.</remarks>
    /// <param name="query">Filters, as for the list; without any, all dismissed transactions.</param>
    /// <param name="cancellationToken">Cancels the rest when the caller disconnects.</param>
    /// <response code="202">The number of transactions that are not dismissed any more.</response>
    /// <response code="400">A query parameter breaks its rule, or the body is not a JSON object.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store became unavailable; some may have been changed, so call again.</response>
    [HttpPost("undismiss", Name = UndismissAllOperation)]
    [OperatorNote]
    [ProducesResponseType<UndismissResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<UndismissResponse>> UndismissAll(
        [FromQuery] FailedParameters query, CancellationToken cancellationToken) =>
        await ChangeAllAsync(AuditActions.Undismiss, query, cancellationToken) is { } changed
            ? Accepted(new UndismissResponse(changed))
            : new EmptyResult();

    private async Task<int?> ChangeAsync(string action, string transactionId, CancellationToken cancellationToken)
    {
        if (await ReadNoteAsync(action) is not { } note)
        {
            return null;
        }

        var dismissal = Plan(action, note);
        for (var reads = 1; TransactionRules.IsId(transactionId); reads++)
        {
            var transaction = await reader.FindAsync(transactionId, cancellationToken);
            if (transaction is null)
            {
                break;
            }

            if (!transaction.CanRetry || reads > MaxReads)
            {
                await HttpContext.WriteProblemAsync(
                    StatusCodes.Status409Conflict,
                    transaction.IsPruned
                        ? "The content of this transaction was pruned; it stays as it is."
                        : "Only a FAILED transaction can be dismissed, and its dismissal taken back; this one is "
                        + $"{TransactionStatusNames.ToName(transaction.Status)}.");
                return null;
            }

            if ((transaction.Dismissal is null) == (dismissal is null))
            {
                return 0;
            }

            if (await WriteAsync([transaction.Dismiss(dismissal)], dismissal) == 1)
            {
                Log.ChangedOne(logger, OperatorActions.NameOf(User), action, transactionId);
                await actions.RecordAsync(User, action, transactionId, 1, note.Text);
                return 1;
            }
        }

        await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, "No transaction has this id.");
        return null;
    }

    private async Task<int?> ChangeAllAsync(
        string action, FailedParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(Request.Query, out var filter, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return null;
        }

        if (await ReadNoteAsync(action) is not { } note)
        {
            return null;
        }

        var dismissal = Plan(action, note);
        var changed = await bulk.RunAsync(
            filter,
            row => (row.Dismissal is null) == (dismissal is null) ? null : row.Dismiss(dismissal),
            rounds => WriteAsync(rounds, dismissal),
            cancellationToken);
        Log.ChangedAll(
            logger, OperatorActions.NameOf(User), action, changed.Count, OperatorActions.DescribeFilter(Request));
        if (changed.Count > 0)
        {
            await actions.RecordAsync(User, action, OperatorActions.FilterOf(Request), changed.Count, note.Text);
        }

        changed.Failure?.Throw();
        if (changed.Next is { } next)
        {
            Response.Headers.Link = query.LinkAfter(Request, next);
        }

        return changed.Count;
    }

    private Task<Note?> ReadNoteAsync(string action) => OperatorNote.ReadAsync(
        HttpContext, action == AuditActions.Dismiss ? NoteMember : OperatorNote.Reason);

    private Dismissal? Plan(string action, Note note) => action == AuditActions.Dismiss
        ? new Dismissal(Timestamps.ToMicroseconds(clock.GetUtcNow()), User.Identity?.Name, note.Text)
        : null;

    private ValueTask<int> WriteAsync(IReadOnlyList<FailedRound> rounds, Dismissal? dismissal) => dismissal is null
        ? dismissals.UndismissAsync(rounds)
        : dismissals.DismissAsync(rounds, dismissal);

    private static partial class Log
    {
        [LoggerMessage(108, LogLevel.Information, "{Operator}: {Action} of the transaction {TransactionId}.")]
        public static partial void ChangedOne(ILogger logger, string @operator, string action, string transactionId);

        [LoggerMessage(109, LogLevel.Information, "{Operator}: {Action} of {Count} transactions ({Filter}).")]
        public static partial void ChangedAll(
            ILogger logger, string @operator, string action, int count, string filter);
    }
}
