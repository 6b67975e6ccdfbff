using System.Buffers;
using System.Text;

namespace WebhookService.Domain;

/// <summary>The rules a field must keep, each with the sentence that tells a sender about it.</summary>
public static class TransactionRules
{
    /// <summary>Longest transaction_id, in characters (all of them ASCII).</summary>
    public const int MaxIdLength = 64;

    /// <summary>Longest account, in characters (Unicode code points).</summary>
    public const int MaxAccountLength = 64;

    public const string IdRule = "must be 1 to 64 characters out of A-Z, a-z, 0-9, '_', '.', ':' and '-'";

    public const string AccountRule =
        "must be 1 to 64 characters, not blank, without control characters or lone surrogates";

    public const string CurrencyRule = "must be an active ISO 4217 code of three letters, such as INR";

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-");

    /// <summary>Whether an id matches <c>\A[A-Za-z0-9_.:-]{1,64}\z</c>.</summary>
    public static bool IsId(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(IdCharacters);

    /// <summary>Whether an account is 1 to 64 code points of well-formed text, none a control, not all blank.</summary>
    public static bool IsAccount(ReadOnlySpan<char> account)
    {
        if (account.Length is 0 or > 2 * MaxAccountLength)
        {
            return false;
        }

        var length = 0;
        var isBlank = true;
        while (!account.IsEmpty)
        {
            var result = Rune.DecodeFromUtf16(account, out var rune, out var used);
            if (result != OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            isBlank &= Rune.IsWhiteSpace(rune);
            length++;
            account = account[used..];
        }

        return length <= MaxAccountLength && !isBlank;
    }
}
