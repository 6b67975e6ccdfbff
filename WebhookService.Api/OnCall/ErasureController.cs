using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Retention;

namespace WebhookService.Api.OnCall;

/// <summary>Erases what is kept of an account.</summary>
[Route("v1/accounts")]
[Authorize(Policy = Access.Operate)]
[Tags("On call")]
[Produces("application/json")]
internal sealed partial class ErasureController(
    AccountErasure erasure, OperatorActions actions, ILogger<ErasureController> logger) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string EraseOperation = "eraseAccount";

    /// <summary>Erase the content of an account's finished transactions</summary>
    /// <remarks>
    /// Their accounts, amounts, bodies, attempts and conflicts, as pruning does, and what the quarantine has of the
    /// account. Ids, statuses and times stay, so that nothing is processed twice. For 20 s at most by default; if more
    /// remain, the `Link` header with `rel="next"` has the address to post to next. A FAILED transaction can no longer
    /// be retried. The audit has a digest of the account.
    /// </remarks>
    /// <param name="account">The account, percent-encoded.</param>
    /// <param name="cancellationToken">Cancels the rest when the caller disconnects.</param>
    /// <response code="202">What was erased, and how many transactions are not finished yet.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="422">The account or a member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store became unavailable; some may have been erased, so call again.</response>
    [HttpPost("{account}/erase", Name = EraseOperation)]
    [OperatorNote]
    [ProducesResponseType<ErasureResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<ErasureResponse>> Erase(string account, CancellationToken cancellationToken)
    {
        var exact = ReadAccount(account);
        if (!TransactionRules.IsAccount(exact))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status422UnprocessableEntity,
                "The account breaks a rule.",
                new Dictionary<string, string[]> { ["account"] = [TransactionRules.AccountRule] });
            return new EmptyResult();
        }

        if (await OperatorNote.ReadAsync(HttpContext, OperatorNote.Reason) is not { } note)
        {
            return new EmptyResult();
        }

        var erased = await erasure.RunAsync(exact, cancellationToken);
        var digest = OperatorActions.DigestOf(exact);
        Log.Erased(logger, OperatorActions.NameOf(User), erased.Transactions, digest, erased.Unfinished);
        await actions.RecordAsync(User, AuditActions.Erase, $"account={digest}", erased.Transactions, note.Text);
        erased.Failure?.Throw();
        if (erased.HasMore)
        {
            Response.Headers.Link =
                $"<{Request.PathBase}/v1/accounts/{Uri.EscapeDataString(exact)}/erase>; rel=\"next\"";
        }

        return Accepted(new ErasureResponse(
            erased.Transactions, erased.Unfinished, erased.Conflicts, erased.Quarantined));
    }

    // Routing leaves an encoded slash as it is, and decodes what may look like one; the request has both as sent.
    private string ReadAccount(string routed)
    {
        var target = HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?', 2)[0]
            .Split('/', StringSplitOptions.RemoveEmptyEntries);
        return target is { Length: >= 2 } ? Uri.UnescapeDataString(target[^2]) : routed;
    }

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Information,
            "{Operator} erased the content of {Count} transactions of the account {Digest}; {Unfinished} are not "
            + "finished.")]
        public static partial void Erased(
            ILogger logger, string @operator, long count, string digest, long unfinished);
    }
}
