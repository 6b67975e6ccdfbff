using System.Runtime.ExceptionServices;

namespace WebhookService.Infrastructure.Retention;

/// <summary>What was erased of an account.</summary>
/// <param name="Transactions">Number of transactions whose content was erased.</param>
/// <param name="Unfinished">Number of its transactions that are not final.</param>
/// <param name="Conflicts">Number of conflicting contents deleted.</param>
/// <param name="Quarantined">Number of quarantined bodies deleted.</param>
/// <param name="HasMore">Whether the time was over before everything was erased.</param>
/// <param name="Failure">Why it ended early, to be thrown when the erasure is recorded; null if it did not.</param>
internal sealed record ErasedAccount(
    long Transactions, long Unfinished, long Conflicts, long Quarantined, bool HasMore,
    ExceptionDispatchInfo? Failure = null);
