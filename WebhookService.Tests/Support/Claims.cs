using WebhookService.Domain;

namespace WebhookService.Tests.Support;

/// <summary>Claimed rows, and what most tests ask of them.</summary>
internal static class Claims
{
    /// <summary>A claim of a row whose content does not matter.</summary>
    public static ClaimedTransaction Of(string id, int claim = 1, int attempts = 0, DateTimeOffset? at = null) => new(
        Transaction.Restore(
            id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", at ?? ObservableTimeProvider.Origin, null, attempts, 0),
        claim);

    /// <summary>Which rows were claimed.</summary>
    public static IReadOnlyList<string> Ids(this IEnumerable<ClaimedTransaction> claimed) =>
        [.. claimed.Select(transaction => transaction.TransactionId)];

    public static IReadOnlyList<string> Ids(this ClaimedPage page) => page.Rows.Ids();

    /// <summary>Which rows were claimed, for which time, and whether from another instance.</summary>
    public static IReadOnlyList<(string Id, int Claim, bool IsTakenOver)> Numbers(this ClaimedPage page) =>
        [.. page.Rows.Select(row => (row.TransactionId, row.Claim, row.IsTakenOver))];
}
