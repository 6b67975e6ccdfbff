namespace WebhookService.Domain;

/// <summary>The content of a final transaction, pruned.</summary>
/// <param name="Sequence">The row; see <see cref="Transaction.Sequence"/>.</param>
/// <param name="Hash">What a repeat is compared with from now on; see <see cref="ContentHash"/>.</param>
public readonly record struct PrunedContent(long Sequence, byte[] Hash);
