using System.Text;
using System.Text.RegularExpressions;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>The hosts that certificates may be fetched from, such as <c>*.paypal.com</c>.</summary>
internal sealed partial class CertificateHosts(IReadOnlyList<string> patterns)
{
    /// <summary>The rule for a host, which completes "must be".</summary>
    public const string Rule = "a host such as api.paypal.com, *.paypal.com or localhost:8443";

    public static bool IsValid(string pattern) => Form().IsMatch(pattern);

    /// <summary>Whether a certificate may be fetched from an address.</summary>
    public bool Allow(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && Ascii.IsValid(address.OriginalString)
        && patterns.Any(pattern => Fits(pattern, address.Authority));

    /// <summary>Whether one of the hosts has this name, whatever its port.</summary>
    public bool Name(string host) => patterns.Any(pattern => Fits(pattern.Split(':')[0], host));

    private static bool Fits(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?\z")]
    private static partial Regex Form();
}
