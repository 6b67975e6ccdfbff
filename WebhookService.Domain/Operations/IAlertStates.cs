namespace WebhookService.Domain.Operations;

/// <summary>Stores what was sent about each kind of alert.</summary>
internal interface IAlertStates
{
    /// <summary>
    /// Replaces the stored state of a kind, if that still has the version of <paramref name="state"/>, and raises its
    /// version; committed and fsynced when this returns.
    /// </summary>
    /// <returns>False if another instance has changed it meanwhile.</returns>
    /// <exception cref="StoreUnavailableException">It could not be stored in time.</exception>
    ValueTask<bool> TryStoreAsync(AlertState state);
}
