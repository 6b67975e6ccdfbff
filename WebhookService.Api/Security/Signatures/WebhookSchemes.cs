namespace WebhookService.Api.Security.Signatures;

/// <summary>The signature schemes that <c>Security:WebhookScheme</c> can name.</summary>
internal static class WebhookSchemes
{
    private static readonly WebhookScheme[] All = [new StandardWebhooks(), new Razorpay()];

    public static IEnumerable<string> Names => All.Select(scheme => scheme.Name);

    /// <summary>The scheme of this name, in any casing; null when there is none.</summary>
    public static WebhookScheme? Find(string name) =>
        Array.Find(All, scheme => scheme.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
