namespace WebhookService.Domain;

/// <summary>The active alphabetic codes of ISO 4217.</summary>
/// <remarks>
/// Source: ISO 4217 List One as of 2026-01-01 (SIX Financial Information, maintenance agency): BGN, ANG, ZWL, SLL,
/// HRK and CUC are withdrawn; XCG, XAD, ZWG, SLE and VED are included. Excluded on purpose: XXX ("no currency
/// involved") and XTS ("reserved for testing"), since neither can be the currency of a payment.
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

    private const int Length = 3;

    // Keyed by the code's letters packed into 15 bits, which no other three letters share.
    private static readonly Dictionary<int, string> Codes = Index();

    /// <summary>Every code accepted, in upper case.</summary>
    public static IReadOnlyCollection<string> All => Codes.Values;

    /// <summary>Finds the upper-case code for three ASCII letters in either case.</summary>
    /// <param name="letters">The letters as received.</param>
    /// <param name="code">The shared instance of the code, so that a row allocates no string.</param>
    public static bool TryGet(ReadOnlySpan<char> letters, out string code)
    {
        if (letters.Length == Length && TryPack(letters, out var packed) && Codes.TryGetValue(packed, out var known))
        {
            code = known;
            return true;
        }

        code = string.Empty;
        return false;
    }

    private static Dictionary<int, string> Index()
    {
        Dictionary<int, string> codes = [];
        foreach (var code in Active.Split(' '))
        {
            TryPack(code, out var packed);
            codes.Add(packed, code);
        }

        return codes;
    }

    // The low five bits of an ASCII letter are its position in the alphabet, in either case.
    private static bool TryPack(ReadOnlySpan<char> letters, out int packed)
    {
        packed = 0;
        foreach (var letter in letters)
        {
            if (!char.IsAsciiLetter(letter))
            {
                return false;
            }

            packed = (packed << 5) | (letter & 0x1F);
        }

        return true;
    }
}
