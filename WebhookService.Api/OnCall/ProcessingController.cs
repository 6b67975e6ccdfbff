using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Security;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Api.OnCall;

/// <summary>Pauses processing and resumes it, for all instances on the database.</summary>
[Route("v1/processing")]
[Authorize(Policy = Access.Read)]
[Tags("On call")]
[Produces("application/json")]
internal sealed class ProcessingController(ProcessingPause pause, IAuditReader reader) : ControllerBase
{
    /// <summary>Get the state of processing</summary>
    /// <remarks>An instance with `Processing__Enabled=false` only accepts, whatever the state.</remarks>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="200">The state, and who changed it last.</response>
    /// <response code="503">The store cannot be read now.</response>
    [HttpGet(Name = "getProcessing")]
    [ProducesResponseType<ProcessingResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<ProcessingResponse> Get(CancellationToken cancellationToken) =>
        ProcessingResponse.From(await reader.FindPauseAsync(cancellationToken));

    /// <summary>Pause processing</summary>
    /// <remarks>
    /// No instance begins another call; calls in flight finish, and transactions are still accepted. Durable: it holds
    /// until it is resumed, whatever restarts. The other instances follow within `Processing__PauseInterval`. Repeating
    /// the call changes nothing.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="202">The state, which is paused.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read or written now.</response>
    [HttpPost("pause", Name = "pauseProcessing")]
    [Authorize(Policy = Access.Operate)]
    [OperatorNote]
    [ProducesResponseType<ProcessingResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public Task<ActionResult<ProcessingResponse>> Pause(CancellationToken cancellationToken) =>
        Change(AuditActions.Pause, cancellationToken);

    /// <summary>Resume processing</summary>
    /// <remarks>All instances begin calls again, the oldest transactions first. Repeating the call changes
    /// nothing.</remarks>
    /// <param name="cancellationToken">Cancels the query when the caller disconnects.</param>
    /// <response code="202">The state, which is running.</response>
    /// <response code="400">The body is not a JSON object.</response>
    /// <response code="422">A member of the body breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read or written now.</response>
    [HttpPost("resume", Name = "resumeProcessing")]
    [Authorize(Policy = Access.Operate)]
    [OperatorNote]
    [ProducesResponseType<ProcessingResponse>(StatusCodes.Status202Accepted)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<HttpValidationProblemDetails>(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public Task<ActionResult<ProcessingResponse>> Resume(CancellationToken cancellationToken) =>
        Change(AuditActions.Resume, cancellationToken);

    private async Task<ActionResult<ProcessingResponse>> Change(string action, CancellationToken cancellationToken)
    {
        if (await OperatorNote.ReadAsync(HttpContext, OperatorNote.Reason) is not { } note)
        {
            return new EmptyResult();
        }

        var state = await pause.ChangeAsync(action, User.Identity?.Name, note.Text, cancellationToken);
        return Accepted("/v1/processing", ProcessingResponse.From(state));
    }
}
