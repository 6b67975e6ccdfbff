using System.Buffers;
using System.Text;

namespace WebhookService.Domain;

/// <summary>The validation rules of the fields, each with a sentence for the sender.</summary>
public static class TransactionRules
{
    /// <summary>Maximum length of a transaction_id, in characters (all of them ASCII).</summary>
    public const int MaxIdLength = 64;

    /// <summary>Maximum length of an account, in characters (Unicode code points).</summary>
    public const int MaxAccountLength = 64;

    public const string IdRule = "must be 1 to 64 characters from A-Z, a-z, 0-9, '_', '.', ':' and '-'";

    public const string AccountRule =
        "must be 1 to 64 characters, at least one of them visible, without control characters or lone surrogates";

    public const string CurrencyRule = "must be an active ISO 4217 code of three letters, such as INR";

    // Invisible: Unicode's Default_Ignorable_Code_Point, interlinear annotations and the empty Braille pattern.
    private static readonly (int First, int Last)[] Invisible =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ];

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-");

    /// <summary>Whether an id matches <c>\A[A-Za-z0-9_.:-]{1,64}\z</c>.</summary>
    public static bool IsId(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(IdCharacters);

    /// <summary>
    /// Whether an account is 1 to 64 code points of well-formed text, at least one visible, none a control.
    /// </summary>
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

            isBlank = isBlank && IsBlank(rune);
            length++;
            account = account[used..];
        }

        return length <= MaxAccountLength && !isBlank;
    }

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || (!rune.IsAscii && Array.Exists(Invisible, range => rune.Value >= range.First && rune.Value <= range.Last));
}
