namespace WebhookService.Api.Operations;

/// <summary>How many transactions a filter finds.</summary>
/// <param name="Count">The number, at most `Reads__MaxCount`.</param>
/// <param name="More">Whether there are more.</param>
internal sealed record MatchesResponse(long Count, bool More);
