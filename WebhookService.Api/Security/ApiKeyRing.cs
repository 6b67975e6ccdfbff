using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Api.Security;

/// <summary>The valid API keys, among which it finds the one that a request presents.</summary>
internal sealed class ApiKeyRing
{
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private volatile ApiKey[] _keys;

    public ApiKeyRing(IOptions<SecurityOptions> options) => _keys = Parse(options.Value.ApiKeys);

    /// <summary>Whether there is no key, so that reading and operating are anonymous.</summary>
    public bool IsEmpty => _keys.Length == 0;

    /// <summary>Replaces all keys at once; a request sees the old ones or the new ones.</summary>
    /// <param name="settings">The new keys, which are valid.</param>
    public void Replace(IEnumerable<string> settings) => _keys = Parse(settings);

    /// <summary>The valid key that a request presents; null when it presents none.</summary>
    public ApiKey? Find(HttpRequest request) => ReadText(request) is { } text ? Find(ApiKey.HashOf(text)) : null;

    /// <summary>The text that a request presents as its key, valid or not; null for none or more than one.</summary>
    /// <remarks>RFC 6750 for Bearer. Another scheme may be the proxy's; then X-Api-Key counts.</remarks>
    public static string? ReadText(HttpRequest request)
    {
        var authorization = request.Headers.Authorization;
        if (authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return value[Bearer.Length..].Trim();
        }

        return request.Headers[Header] is [{ Length: > 0 } text] ? text : null;
    }

    private static ApiKey[] Parse(IEnumerable<string> settings) =>
        [.. settings.Select(setting => ApiKey.TryParse(setting, out var key) ? key : throw new FormatException())];

    // Compares all keys, so that the time reveals neither which one matched nor how much of it.
    private ApiKey? Find(byte[] hash)
    {
        ApiKey? found = null;
        foreach (var key in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(key.Hash, hash) ? key : found;
        }

        return found;
    }
}
