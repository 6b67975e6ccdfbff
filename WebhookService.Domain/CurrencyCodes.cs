using System.Collections.Frozen;

namespace WebhookService.Domain;

/// <summary>The active alphabetic codes of ISO 4217.</summary>
/// <remarks>
/// Source: ISO 4217 List One as of 2026-01-01 (SIX Financial Information, maintenance agency): BGN, ANG, ZWL, SLL,
/// HRK and CUC are withdrawn; XCG, XAD, ZWG, SLE and VED are in. Left out on purpose: XXX ("no currency involved")
/// and XTS ("reserved for testing"), since neither can be the currency of a payment.
/// </remarks>
public static class CurrencyCodes
{
    private const string Active =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
        + "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
        + "GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
        + "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
        + "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
        + "SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD "
        + "XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Active.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Every code accepted, in upper case.</summary>
    public static IReadOnlyCollection<string> All => Lookup.Set;

    /// <summary>Finds the upper-case code for three ASCII letters in either case.</summary>
    /// <param name="letters">The letters as received.</param>
    /// <param name="code">The one shared instance of the code, so a row costs no new string.</param>
    public static bool TryGet(ReadOnlySpan<char> letters, out string code)
    {
        Span<char> upper = stackalloc char[3];
        if (letters.Length == 3
            && System.Text.Ascii.ToUpper(letters, upper, out _) == System.Buffers.OperationStatus.Done
            && Lookup.TryGetValue(upper, out var known))
        {
            code = known;
            return true;
        }

        code = string.Empty;
        return false;
    }
}
