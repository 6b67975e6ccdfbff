namespace WebhookService.Domain.Operations;

/// <summary>What the instances that share the store know about one kind of alert.</summary>
/// <param name="Kind">The kind, such as <c>breaker.open</c>.</param>
/// <param name="Version">Number of changes so far; 0 if nothing is stored.</param>
/// <param name="SentAt">When an alert was last delivered; null for never.</param>
/// <param name="HeldUntil">Until when nobody else sends one; null when anybody may.</param>
/// <param name="Since">
/// Since when the reported condition holds, null if none does; or, of events, the time of <paramref name="Mark"/>.
/// </param>
/// <param name="Mark">Up to where events are reported; or the instance that reported a condition.</param>
internal sealed record AlertState(
    string Kind, long Version, DateTimeOffset? SentAt, DateTimeOffset? HeldUntil, DateTimeOffset? Since, long Mark)
{
    /// <summary>Longest kind, in characters.</summary>
    public const int MaxKindLength = 32;

    /// <summary>The state before anything is stored.</summary>
    public static AlertState None(string kind) => new(kind, 0, null, null, null, 0);
}
