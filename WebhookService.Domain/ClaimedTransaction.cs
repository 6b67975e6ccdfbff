namespace WebhookService.Domain;

/// <summary>A row that this instance has claimed, and what its work begins with.</summary>
/// <param name="TransactionId">Whose turn it is.</param>
/// <param name="TraceParent">
/// The <c>traceparent</c> of the request that brought it (<see href="https://www.w3.org/TR/trace-context/">W3C Trace
/// Context</see>), so that its trace goes on, on whichever instance and after whatever restart; null: it is not traced.
/// </param>
/// <param name="IsTakenOver">Whether another instance held it before, whose lease had run out.</param>
public sealed record ClaimedTransaction(
    string TransactionId, string? TraceParent = null, bool IsTakenOver = false);
