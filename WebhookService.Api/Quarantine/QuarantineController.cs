using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Http;
using WebhookService.Api.OnCall;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Webhooks;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Quarantine;

/// <summary>Shows bodies whose signature was right but which could not be understood, and reads them again.</summary>
[Route("v1/quarantine")]
[Authorize(Policy = Access.Read)]
[Tags("Sources")]
[Produces("application/json")]
internal sealed partial class QuarantineController(
    IEventReader events,
    IQuarantine quarantine,
    QuarantineReplay replay,
    OperatorActions actions,
    ILogger<QuarantineController> logger) : ControllerBase
{
    /// <summary>The name of the operation, from which generated clients take the name of their method.</summary>
    public const string ReplayOperation = "replayQuarantined";

    internal const string NothingHere = "The quarantine has nothing with this id.";

    /// <summary>List the quarantine, newest first</summary>
    /// <remarks>The `Link` header with `rel="next"` has the address of the next page, if there is one.</remarks>
    /// <param name="query">Filter and page; all optional.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The page, an array; empty when nothing matches.</response>
    /// <response code="400">A query parameter breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "listQuarantine")]
    [ProducesResponseType<QuarantineEntryResponse[]>(StatusCodes.Status200OK)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<IEnumerable<QuarantineEntryResponse>>> List(
        [FromQuery] QuarantineParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(out var page, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return new EmptyResult();
        }

        var rows = await events.ListQuarantineAsync(page.Source, page.Before, page.Limit, cancellationToken);
        if (rows.Count > page.Limit)
        {
            Response.Headers.Link = query.LinkAfter(Request, rows[page.Limit - 1].Id);
        }

        return Ok(rows.Take(page.Limit).Select(QuarantineEntryResponse.From));
    }

    /// <summary>Get a quarantined body</summary>
    /// <remarks>As it was received, byte for byte, with its content type.</remarks>
    /// <param name="id">The id from the list.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The body.</response>
    /// <response code="404">The quarantine has nothing with this id.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet("{id}/payload", Name = "getQuarantinedPayload")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task GetPayload(string id, CancellationToken cancellationToken)
    {
        if (TryReadId(id, out var number)
            && await events.FindQuarantinedAsync(number, cancellationToken) is { } kept)
        {
            await HttpContext.WritePayloadAsync(kept.Payload, cancellationToken);
            return;
        }

        await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, NothingHere);
    }

    /// <summary>Read a quarantined body again</summary>
    /// <remarks>With the definition that is configured now. If it is understood, it leaves the quarantine.</remarks>
    /// <param name="id">The id from the list.</param>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="202">What became of its events, as the webhook would have been answered.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="404">The quarantine has nothing with this id.</response>
    /// <response code="409">It still cannot be understood; `detail` says why.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read or written now.</response>
    [HttpPost("{id}/replay", Name = ReplayOperation)]
    [OperatorNote]
    [Authorize(Policy = Access.Operate)]
    [ProducesResponseType<EventResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task Replay(string id, CancellationToken cancellationToken)
    {
        if (await OperatorNote.ReadJsonAsync(HttpContext) is not { } note)
        {
            return;
        }

        var result = TryReadId(id, out var number) ? await replay.RunAsync(number, cancellationToken) : null;
        if (result is null)
        {
            await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, NothingHere);
        }
        else if (result.Reason is { } reason)
        {
            await HttpContext.WriteProblemAsync(StatusCodes.Status409Conflict, reason);
        }
        else
        {
            Log.Replayed(logger, Operator, number);
            await actions.RecordAsync(User, AuditActions.Replay, TargetOf(number), 1, note.Text);
            SourceAnswer.Write(Response, result.Events, StatusCodes.Status202Accepted);
        }
    }

    /// <summary>Read all quarantined bodies again</summary>
    /// <remarks>
    /// All, or those of one source, for 20 s at most by default; while `remaining` shrinks, call it again. Repeating a
    /// call is harmless.
    /// </remarks>
    /// <param name="query">The source; optional.</param>
    /// <param name="cancellationToken">Cancels the rest when the caller disconnects.</param>
    /// <response code="202">How many left the quarantine, and how many are still in it.</response>
    /// <response code="400">A query parameter breaks its rule, or the body is not a JSON object.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store became unavailable; some may have been replayed, so call again.</response>
    [HttpPost("replay", Name = "replayQuarantine")]
    [OperatorNote]
    [Authorize(Policy = Access.Operate)]
    [ProducesResponseType<BulkReplayResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult<BulkReplayResponse>> ReplayAll(
        [FromQuery] ReplayParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(out var source, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return new EmptyResult();
        }

        if (await OperatorNote.ReadJsonAsync(HttpContext) is not { } note)
        {
            return new EmptyResult();
        }

        var replayed = await replay.RunAllAsync(source, cancellationToken);
        Log.ReplayedAll(logger, Operator, replayed.Replayed, source ?? "all sources", replayed.Remaining);
        if (replayed.Replayed > 0)
        {
            await actions.RecordAsync(
                User, AuditActions.Replay, OperatorActions.FilterOf(Request), replayed.Replayed, note.Text);
        }

        return Accepted(replayed);
    }

    /// <summary>Delete a quarantined body</summary>
    /// <remarks>For what nobody needs. The provider was answered long ago and does not send it again.</remarks>
    /// <param name="id">The id from the list.</param>
    /// <response code="204">It is deleted.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="404">The quarantine has nothing with this id.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be written now.</response>
    [HttpDelete("{id}", Name = "deleteQuarantined")]
    [OperatorNote]
    [Authorize(Policy = Access.Operate)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ActionResult> Delete(string id)
    {
        if (await OperatorNote.ReadJsonAsync(HttpContext) is not { } note)
        {
            return new EmptyResult();
        }

        if (TryReadId(id, out var number) && await quarantine.RemoveAsync(number))
        {
            Log.Deleted(logger, Operator, number);
            await actions.RecordAsync(User, AuditActions.Delete, TargetOf(number), 1, note.Text);
            return NoContent();
        }

        await HttpContext.WriteProblemAsync(StatusCodes.Status404NotFound, NothingHere);
        return new EmptyResult();
    }

    private string Operator => OperatorActions.NameOf(User);

    private static string TargetOf(long id) => $"quarantine/{id}";

    private static bool TryReadId(string text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static partial class Log
    {
        [LoggerMessage(91, LogLevel.Information, "{Operator} replayed the quarantined body {Id}.")]
        public static partial void Replayed(ILogger logger, string @operator, long id);

        [LoggerMessage(92, LogLevel.Information,
            "{Operator} replayed {Count} quarantined bodies of {Source}; {Remaining} remain.")]
        public static partial void ReplayedAll(
            ILogger logger, string @operator, int count, string source, long remaining);

        [LoggerMessage(93, LogLevel.Information, "{Operator} deleted the quarantined body {Id}.")]
        public static partial void Deleted(ILogger logger, string @operator, long id);
    }
}
