using System.Security.Cryptography.X509Certificates;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>The HTTP client that fetches certificates: without redirects, which could lead to another host.</summary>
/// <param name="handler">Sends the requests.</param>
/// <param name="roots">The trusted roots; null for those of this machine.</param>
internal sealed class CertificateClient(HttpMessageHandler handler, X509Certificate2Collection? roots = null)
    : HttpMessageInvoker(handler)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public CertificateClient()
        : this(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
        })
    {
    }

    public X509Certificate2Collection? Roots => roots;
}
