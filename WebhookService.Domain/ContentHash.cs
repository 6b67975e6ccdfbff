using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Domain;

/// <summary>
/// The hash that outlives a transaction's pruned content: enough to tell a duplicate from a conflict permanently.
/// </summary>
internal static class ContentHash
{
    /// <summary>Bytes in a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    // No field can contain it, so different contents never produce the same text.
    private const char Separator = '\n';

    /// <summary>SHA-256 of the id, the accounts, the amount with two decimals and the currency.</summary>
    public static byte[] Of(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var text = string.Join(
            Separator,
            transaction.TransactionId,
            transaction.SourceAccount,
            transaction.DestinationAccount,
            transaction.Amount.ToString("F2", CultureInfo.InvariantCulture),
            transaction.Currency);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }
}

/// <summary>The content of a final transaction, pruned.</summary>
/// <param name="TransactionId">The row.</param>
/// <param name="Sequence">The row's sequence; see <see cref="Transaction.Sequence"/>.</param>
/// <param name="Hash">What a repeat is compared with from now on; see <see cref="ContentHash"/>.</param>
internal readonly record struct PrunedContent(string TransactionId, long Sequence, byte[] Hash);
