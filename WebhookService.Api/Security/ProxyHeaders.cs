using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace WebhookService.Api.Security;

/// <summary>Trusts the forwarded headers of the proxies that the operator names, and of no other.</summary>
internal static class ProxyHeaders
{
    /// <summary>The options for proxies that are named by address or network.</summary>
    public static ForwardedHeadersOptions Trust(IEnumerable<string> proxies)
    {
        // As many hops as there are known proxies in a row; the first unknown address is the caller.
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        return options;
    }
}
