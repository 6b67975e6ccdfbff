using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;

namespace WebhookService.Api.Security;

/// <summary>Limits the rate of each caller and the number of concurrent requests.</summary>
internal sealed class RateLimits(IOptions<LimitsOptions> limits, ApiKeyRing keys, Refusals refusals)
{
    private const string Check = "Limits";
    private const int NetworkBytes = 8;

    private volatile LimitsOptions _limits = limits.Value;

    /// <summary>
    /// The limits for the middleware of this service, which are not those of the application around it.
    /// </summary>
    public RateLimiterOptions CreateOptions() => new()
    {
        GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, (string, int, int)>(OfCaller),
            PartitionedRateLimiter.Create<HttpContext, (string, int)>(OfAll)),
        OnRejected = RefuseAsync,
    };

    /// <summary>Replaces the limits of requests.</summary>
    /// <remarks>
    /// Limits are part of a limiter's key, so new ones begin with a new limiter, and the old one is dropped once it is
    /// idle. The requests that are running do not count against a new number of concurrent ones.
    /// </remarks>
    /// <param name="replacement">The new limits, which are valid.</param>
    public void Replace(LimitsOptions replacement) => _limits = replacement;

    /// <summary>Whether a request is limited; webhooks have their own limit, unless callers are limited.</summary>
    public bool Counts(HttpContext context) => _limits.RequestsPerSecond > 0 || !IsWebhook(context);

    private static bool IsWebhook(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<NeverBlocksAttribute>() is not null;

    private RateLimitPartition<(string, int, int)> OfCaller(HttpContext context)
    {
        var set = _limits;
        return set.RequestsPerSecond == 0
            ? RateLimitPartition.GetNoLimiter(("", 0, 0))
            : RateLimitPartition.GetTokenBucketLimiter(
                (CallerOf(context), set.RequestsPerSecond, set.Burst),
                static key => new TokenBucketRateLimiterOptions
                {
                    TokensPerPeriod = key.Item2,
                    TokenLimit = key.Item3,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                });
    }

    private RateLimitPartition<(string, int)> OfAll(HttpContext context) => IsWebhook(context)
        ? RateLimitPartition.GetNoLimiter(("webhooks", 0))
        : RateLimitPartition.GetConcurrencyLimiter(
            ("others", _limits.MaxConcurrentRequests),
            static key => new ConcurrencyLimiterOptions { PermitLimit = key.Item2 });

    // Only a valid key has its own limit; otherwise a caller could escape by inventing a key for each request.
    private string CallerOf(HttpContext context) => keys.Find(context.Request) is { } key
        ? $"key {key.Name}"
        : $"address {NetworkOf(context.Connection.RemoteIpAddress)}";

    // The owner of an IPv6 address has its whole /64.
    private static string? NetworkOf(IPAddress? address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } =>
            Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes)),
        _ => address?.ToString(),
    };

    private async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var caller = rejected.HttpContext.Connection.RemoteIpAddress;
        if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
        {
            refusals.Add(Check, "rate", caller);
            rejected.HttpContext.Response.Headers.RetryAfter =
                Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await rejected.HttpContext.WriteProblemAsync(
                StatusCodes.Status429TooManyRequests, "Too many requests; retry after the seconds in Retry-After.");
        }
        else
        {
            refusals.Add(Check, "concurrency", caller);
            await rejected.HttpContext.WriteUnavailableAsync("Too many concurrent requests; send this one again.");
        }
    }
}
