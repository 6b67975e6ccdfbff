namespace WebhookService.Domain;

/// <summary>A row that this instance has claimed, and what its work begins with.</summary>
/// <param name="TransactionId">Whose turn it is.</param>
/// <param name="Claim">
/// The number of this claim among those of the row, from 1; each claim has a higher one. It fences what is written for
/// this claim: an instance may claim a row again while a result of its earlier claim is still on its way.
/// </param>
/// <param name="TraceParent">
/// The <c>traceparent</c> of the request that brought it (<see href="https://www.w3.org/TR/trace-context/">W3C Trace
/// Context</see>), so that its trace goes on, on any instance and after any restart; null: it is not traced.
/// </param>
/// <param name="IsTakenOver">Whether another instance held it before, whose lease had run out.</param>
public sealed record ClaimedTransaction(
    string TransactionId, int Claim, string? TraceParent = null, bool IsTakenOver = false)
{
    /// <summary>The number that a row is added with, for the instance that claims it in the same statement.</summary>
    public const int FirstClaim = 1;
}
