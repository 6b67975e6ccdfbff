using WebhookService.Domain;

namespace WebhookService.Tests.Support;

/// <summary>Creates claimed rows, and selects the parts of them that tests compare.</summary>
internal static class Claims
{
    /// <summary>A claimed row with arbitrary content.</summary>
    public static ClaimedTransaction Of(string id, int claim = 1, int attempts = 0, DateTimeOffset? at = null) => new(
        Transaction.Restore(
            id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", at ?? ObservableTimeProvider.Origin, null, attempts, 0),
        claim);

    /// <summary>The ids of the claimed rows.</summary>
    public static IReadOnlyList<string> Ids(this IEnumerable<ClaimedTransaction> claimed) =>
        [.. claimed.Select(transaction => transaction.TransactionId)];

    public static IReadOnlyList<string> Ids(this ClaimedPage page) => page.Rows.Ids();

    /// <summary>The id and claim number of each claimed row, and whether another instance had claimed it.</summary>
    public static IReadOnlyList<(string Id, int Claim, bool IsTakenOver)> Numbers(this ClaimedPage page) =>
        [.. page.Rows.Select(row => (row.TransactionId, row.Claim, row.IsTakenOver))];
}
