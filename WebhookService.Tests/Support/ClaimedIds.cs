using WebhookService.Domain;

namespace WebhookService.Tests.Support;

/// <summary>For the many tests that ask only which rows were claimed.</summary>
internal static class ClaimedIds
{
    public static IReadOnlyList<string> Ids(this IEnumerable<ClaimedTransaction> claimed) =>
        [.. claimed.Select(transaction => transaction.TransactionId)];

    public static IReadOnlyList<string> Ids(this ClaimedPage page) => page.Rows.Ids();
}
