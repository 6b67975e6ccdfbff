namespace WebhookService.Api.OnCall;

/// <summary>What was erased of an account.</summary>
/// <param name="Erased">Number of transactions whose content this call erased.</param>
/// <param name="Unfinished">Number of its transactions that are PROCESSING; call again when they are finished.</param>
/// <param name="Conflicts">Number of conflicting contents of other transactions that this call deleted.</param>
/// <param name="Quarantined">Number of quarantined bodies that this call deleted.</param>
internal sealed record ErasureResponse(long Erased, long Unfinished, long Conflicts, long Quarantined);
