using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>Fetches the certificates that sign webhooks, checks and caches them.</summary>
/// <remarks>
/// A request waits only briefly for a fetch, which goes on beside it: a later request finds its result. Anyone can name
/// an address, so addresses are limited to known hosts and in number.
/// </remarks>
internal sealed class PayPalCertificates(CertificateClient client, CertificateHosts hosts, TimeProvider clock)
{
    private const int MaxEntries = 16;
    private const int MaxSize = 65_536;

    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<Uri, Entry> _entries = [];

    /// <summary>Whether certificates may be fetched from an address.</summary>
    public bool TryAllow(string url, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(url, UriKind.Absolute, out address) && hosts.Allow(address);

    /// <summary>The certificate at an address; null while it is being fetched, or when it could not be.</summary>
    public async ValueTask<SigningCertificate?> FindAsync(
        Uri address, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Begin(address, now) is not { } fetching)
        {
            return null;
        }

        try
        {
            var found = await fetching.WaitAsync(MaxWait, clock, cancellationToken);
            return found?.Key is null || found.ExpiresAt > now ? found : found with { Key = null };
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private Task<SigningCertificate?>? Begin(Uri address, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(address, out var entry) && !entry.IsOutdated(now))
            {
                return entry.Fetching;
            }

            // Certificates in use stay; what was fetched for nothing makes room.
            if (_entries.Count >= MaxEntries && !_entries.ContainsKey(address))
            {
                var unused = _entries.Where(it => it.Value.IsOutdated(now) || it.Value.IsUseless).ToArray();
                if (unused.Length == 0)
                {
                    return null;
                }

                _entries.Remove(unused[0].Key);
            }

            var fetching = Task.Run(() => FetchAsync(address));
            _entries[address] = new Entry(fetching, now);
            return fetching;
        }
    }

    private async Task<SigningCertificate?> FetchAsync(Uri address)
    {
        using var timeout = new CancellationTokenSource(Timeout, clock);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await client.SendAsync(request, timeout.Token);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentLength > MaxSize)
            {
                return null;
            }

            // Not read as text: its charset may be one that does not exist.
            await response.Content.LoadIntoBufferAsync(MaxSize, timeout.Token);
            return Check(Encoding.ASCII.GetString(await response.Content.ReadAsByteArrayAsync(timeout.Token)));
        }
        catch (Exception exception) when (
            exception is HttpRequestException or OperationCanceledException or IOException
                or InvalidOperationException or NotSupportedException or FormatException)
        {
            return null;
        }
    }

    private SigningCertificate Check(string pem)
    {
        X509Certificate2Collection bundle = [];
        try
        {
            bundle.ImportFromPem(pem);
            return bundle.Count > 0 && IsTrusted(bundle) && bundle[0].GetRSAPublicKey() is { } key
                ? new SigningCertificate(key.ExportParameters(includePrivateParameters: false), bundle[0].NotAfter)
                : SigningCertificate.Untrusted;
        }
        catch (CryptographicException)
        {
            return SigningCertificate.Untrusted;
        }
        finally
        {
            foreach (var certificate in bundle)
            {
                certificate.Dispose();
            }
        }
    }

    // The first certificate signs; the others may lead to a root that this machine trusts.
    private bool IsTrusted(X509Certificate2Collection bundle)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().LocalDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(bundle);
        if (client.Roots is { } roots)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return hosts.Name(bundle[0].GetNameInfo(X509NameType.DnsName, forIssuer: false)) && chain.Build(bundle[0]);
    }

    private sealed record Entry(Task<SigningCertificate?> Fetching, DateTimeOffset BegunAt)
    {
        public bool IsUseless => Fetching is { IsCompletedSuccessfully: true, Result: null or { Key: null } };

        public bool IsOutdated(DateTimeOffset now) =>
            now - BegunAt > (IsUseless ? RetryAfter : MaxAge) || Fetching.IsFaulted;
    }
}
