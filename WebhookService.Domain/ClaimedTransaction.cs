namespace WebhookService.Domain;

/// <summary>A row that this instance has claimed, with everything needed to process it.</summary>
/// <param name="Transaction">
/// The row as it was when claimed. Its content and its attempts do not change while the claim lasts.
/// </param>
/// <param name="Claim">
/// The fencing token of this claim: 1 for the first claim of the row, higher for each later one. An instance may claim
/// a row again while a result of its earlier claim is still being written; the token tells them apart.
/// </param>
/// <param name="IsTakenOver">Whether it was claimed before by another instance, whose lease had expired.</param>
public sealed record ClaimedTransaction(Transaction Transaction, int Claim, bool IsTakenOver = false)
{
    /// <summary>The claim number of a row that is claimed by the statement that adds it.</summary>
    public const int FirstClaim = 1;

    /// <summary>The row's key.</summary>
    public string TransactionId => Transaction.TransactionId;
}
