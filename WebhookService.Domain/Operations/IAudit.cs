namespace WebhookService.Domain.Operations;

/// <summary>Records the actions of operators.</summary>
internal interface IAudit
{
    /// <summary>Records an action; returns when it is committed and fsynced.</summary>
    /// <exception cref="StoreUnavailableException">It could not be recorded in time.</exception>
    ValueTask RecordAsync(AuditEntry entry);
}

/// <summary>Queries of the actions of operators.</summary>
internal interface IAuditReader
{
    /// <summary>
    /// One page, newest first; at most <paramref name="limit"/> entries, plus one if there are more.
    /// </summary>
    /// <param name="target">Only entries with this target; null for all.</param>
    /// <param name="before">Only entries with a lower id: the last of the previous page; null for the first.</param>
    /// <param name="limit">Entries on the page.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<IReadOnlyList<RecordedAudit>> ListAsync(
        string? target, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Whether processing is paused, according to the latest pause or resumption.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<PauseState> FindPauseAsync(CancellationToken cancellationToken);
}

/// <summary>An action as it was recorded.</summary>
/// <param name="Id">Its number; a later entry has a higher one.</param>
/// <param name="Entry">The action.</param>
internal sealed record RecordedAudit(long Id, AuditEntry Entry);

/// <summary>Whether the instances that share the store begin calls.</summary>
/// <param name="IsPaused">Whether they do not.</param>
/// <param name="Change">The pause or resumption that decided it; null if there never was one.</param>
internal sealed record PauseState(bool IsPaused, AuditEntry? Change)
{
    /// <summary>Nobody ever paused.</summary>
    public static PauseState Running { get; } = new(false, null);

    /// <summary>The state after a pause or a resumption.</summary>
    public static PauseState After(AuditEntry change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new PauseState(change.Action == AuditActions.Pause, change);
    }
}
