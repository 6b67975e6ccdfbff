namespace WebhookService.Domain.Operations;

/// <summary>Dismisses failed transactions for an operator: they stay FAILED and need no attention.</summary>
internal interface IDismissals
{
    /// <summary>
    /// Dismisses transactions; returns how many. It skips those that are dismissed already, and those that have been
    /// retried since they were read.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store rejected it, or its answer was lost; calling again is safe.
    /// </exception>
    ValueTask<int> DismissAsync(IReadOnlyList<FailedRound> rounds, Dismissal dismissal);

    /// <summary>Takes dismissals back; returns how many. A retry does so, too.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store rejected it, or its answer was lost; calling again is safe.
    /// </exception>
    ValueTask<int> UndismissAsync(IReadOnlyList<FailedRound> rounds);
}

/// <summary>Why a failed transaction needs nobody's attention.</summary>
/// <param name="At">When it was dismissed: UTC, whole microseconds; when it failed, if that was by pruning.</param>
/// <param name="By">The name of the operator's key; null if none was required, or if it was by pruning.</param>
/// <param name="Note">The operator's note, at most <see cref="AuditEntry.MaxReasonLength"/> characters; null for
/// none, or when the content was pruned.</param>
internal sealed record Dismissal(DateTimeOffset At, string? By, string? Note);
