using System.Text;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>Reads amounts as providers write them, exactly: from the raw token, never rounded.</summary>
internal static class EventAmount
{
    private const int MaxMinorDigits = 18;
    private const string TooFine = "has more than two decimals, which would have to be rounded";

    /// <summary>Reads an amount in major units, such as <c>10.00</c>; further decimals must be zeros.</summary>
    /// <returns>The fault, which completes "amount"; null for none.</returns>
    public static string? ReadMajor(string text, out decimal amount)
    {
        var point = text.IndexOf('.');
        var end = point + 1 + Amount.Decimals;
        if (point > 0 && text.Length > end)
        {
            if (text.AsSpan(end).ContainsAnyExceptInRange('0', '9'))
            {
                amount = 0;
                return Amount.Rule;
            }

            if (text.AsSpan(end).ContainsAnyExcept('0'))
            {
                amount = 0;
                return TooFine;
            }

            text = text[..end];
        }

        return Amount.TryParse(Encoding.UTF8.GetBytes(text), out amount) ? null : Amount.Rule;
    }

    /// <summary>Reads a whole number of minor units, such as cents.</summary>
    /// <param name="text">The number as it is written.</param>
    /// <param name="decimals">Decimals of the currency; null when it has no minor unit.</param>
    /// <param name="amount">The amount in major units.</param>
    /// <returns>The fault, which completes "amount"; null for none.</returns>
    public static string? ReadMinor(string text, int? decimals, out decimal amount)
    {
        amount = 0;
        if (decimals is not { } places)
        {
            return "is in minor units, which its currency does not have";
        }

        if (text.Length is 0 or > MaxMinorDigits || text.AsSpan().ContainsAnyExceptInRange('0', '9')
            || (text[0] == '0' && text.Length > 1))
        {
            return "must be a whole number of minor units, without sign, exponent or leading zeros";
        }

        // 18 digits and two zeros fit a decimal exactly.
        var units = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        for (; places < Amount.Decimals; places++)
        {
            units *= 10;
        }

        for (; places > Amount.Decimals; places--)
        {
            if (units % 10 != 0)
            {
                return TooFine;
            }

            units /= 10;
        }

        amount = units / 100;
        return Amount.IsValid(amount) ? null : Amount.Rule;
    }
}
