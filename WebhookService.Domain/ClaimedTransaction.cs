namespace WebhookService.Domain;

/// <summary>A row that this instance has claimed: everything that its work begins with.</summary>
/// <param name="Transaction">
/// The row as the claim found it. While the claim is held its content and its attempts do not change.
/// </param>
/// <param name="Claim">
/// The number of this claim among those of the row, from 1; each claim has a higher one. It fences what is written for
/// this claim: an instance may claim a row again while a result of its earlier claim is still on its way.
/// </param>
/// <param name="IsTakenOver">Whether another instance held it before, whose lease had expired.</param>
public sealed record ClaimedTransaction(Transaction Transaction, int Claim, bool IsTakenOver = false)
{
    /// <summary>The number that a row is added with, for the instance that claims it in the same statement.</summary>
    public const int FirstClaim = 1;

    /// <summary>The row's key.</summary>
    public string TransactionId => Transaction.TransactionId;
}
