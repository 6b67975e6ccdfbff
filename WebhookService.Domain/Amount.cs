using System.Buffers.Text;

namespace WebhookService.Domain;

/// <summary>The exact decimal form of an amount: two decimals at most, never rounded.</summary>
public static class Amount
{
    /// <summary>
    /// Digits allowed before the decimal point; with two decimals the value fits <c>decimal(18,2)</c>.
    /// </summary>
    public const int MaxIntegerDigits = 16;

    /// <summary>Decimals allowed, and the number every stored amount carries.</summary>
    public const int Decimals = 2;

    /// <summary>The largest amount, 9999999999999999.99.</summary>
    public const decimal MaxValue = 9_999_999_999_999_999.99m;

    /// <summary>The rule, in a sentence for the sender.</summary>
    public const string Rule =
        "must be greater than 0, with at most 16 digits before the decimal point and at most 2 after it, "
        + "without sign, exponent or leading zeros";

    /// <summary>
    /// Parses a token of the form <c>(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?</c> that is greater than 0.
    /// </summary>
    /// <param name="token">The raw bytes of the JSON token, not a number parsed from them.</param>
    /// <param name="amount">The exact amount, with a scale of two; 0 when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> token, out decimal amount)
    {
        amount = 0;
        var point = token.IndexOf((byte)'.');
        var integer = point < 0 ? token : token[..point];
        var fraction = point < 0 ? default : token[(point + 1)..];
        if (integer.Length is 0 or > MaxIntegerDigits || (integer[0] == '0' && integer.Length > 1))
        {
            return false;
        }

        if (point >= 0 && fraction.Length is 0 or > Decimals)
        {
            return false;
        }

        if (!TryReadDigits(integer, out var units) || !TryReadDigits(fraction, out var hundredths))
        {
            return false;
        }

        var minor = (units * 100) + (fraction.Length == 1 ? hundredths * 10 : hundredths);
        amount = FromMinorUnits(minor);
        return minor > 0;
    }

    /// <summary>
    /// Whether <see cref="TryParse"/> could have returned this value: in range, with at most two decimals.
    /// </summary>
    public static bool IsValid(decimal amount) =>
        amount is > 0 and <= MaxValue && decimal.Truncate(amount * 100) == amount * 100;

    /// <summary>The same value with a scale of exactly two, so that 150.5 is stored and shown as 150.50.</summary>
    public static decimal Normalize(decimal amount) => FromMinorUnits((long)(amount * 100));

    private static decimal FromMinorUnits(long minor) =>
        new((int)minor, (int)(minor >> 32), 0, isNegative: false, scale: Decimals);

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out long value)
    {
        // Utf8Parser would accept a sign; the grammar does not.
        value = 0;
        return digits.IsEmpty
            || (!digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
                && Utf8Parser.TryParse(digits, out value, out var used)
                && used == digits.Length);
    }
}
