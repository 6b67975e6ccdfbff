using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Api.Security;

/// <summary>The keys that are valid, and which of them a request shows.</summary>
internal sealed class ApiKeyRing
{
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private readonly ApiKey[] _keys;

    public ApiKeyRing(IOptions<SecurityOptions> options) => _keys =
    [
        .. options.Value.ApiKeys.Select(
            setting => ApiKey.TryParse(setting, out var key) ? key : throw new FormatException()),
    ];

    /// <summary>Without any key the doors that keys would open stand open.</summary>
    public bool IsEmpty => _keys.Length == 0;

    /// <summary>The key that a request shows; null when it shows none that is valid.</summary>
    public ApiKey? Find(HttpRequest request) => ReadText(request) is { } text ? Find(ApiKey.HashOf(text)) : null;

    /// <summary>What a request shows as its key, valid or not; null when it shows none, or more than one.</summary>
    /// <remarks>RFC 6750 for Bearer. Another scheme may be the proxy's; then the other header counts.</remarks>
    public static string? ReadText(HttpRequest request)
    {
        var authorization = request.Headers.Authorization;
        if (authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return value[Bearer.Length..].Trim();
        }

        return request.Headers[Header] is [{ Length: > 0 } text] ? text : null;
    }

    // All are compared, so that the time says nothing about which one it is, or how much of it was right.
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
