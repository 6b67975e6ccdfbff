using WebhookService.Domain;

namespace WebhookService.Api.Sources.Mapping;

/// <summary>How many decimals an amount in a currency has, so that minor units can be converted exactly.</summary>
/// <remarks>
/// Source: ISO 4217 List One, as <see cref="CurrencyCodes"/>. Precious metals and accounting units have no minor unit.
/// </remarks>
internal static class CurrencyDecimals
{
    private const int Usual = 2;

    private const string None =
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

    private const string Three = "BHD IQD JOD KWD LYD OMR TND";

    private const string Four = "CLF UYW";

    private const string NoMinorUnit = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XUA";

    private static readonly Dictionary<string, int?> Unusual = Index();

    /// <summary>The number of decimals; null for a currency without a minor unit.</summary>
    /// <param name="code">An upper-case code of <see cref="CurrencyCodes"/>.</param>
    public static int? Of(string code) => Unusual.TryGetValue(code, out var decimals) ? decimals : Usual;

    private static Dictionary<string, int?> Index()
    {
        Dictionary<string, int?> decimals = [];
        foreach (var (codes, count) in new (string, int?)[] { (None, 0), (Three, 3), (Four, 4), (NoMinorUnit, null) })
        {
            foreach (var code in codes.Split(' '))
            {
                decimals.Add(code, count);
            }
        }

        return decimals;
    }
}
