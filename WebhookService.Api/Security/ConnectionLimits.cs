using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WebhookService.Api.Sources;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Security;

/// <summary>Limits that the web server enforces before any of our code runs.</summary>
internal sealed class ConnectionLimits(
    IOptions<LimitsOptions> limits, IOptions<IntakeOptions> intake, SourceCatalog sources)
    : IConfigureOptions<KestrelServerOptions>, IConfigureOptions<SocketTransportOptions>
{
    // The web server also counts the framing of chunks, at worst six bytes for one. RequestBody enforces the exact
    // limit; this one only cuts off an endless body.
    private const long FramingFactor = 8;

    public void Configure(KestrelServerOptions options)
    {
        var set = limits.Value;
        options.AddServerHeader = false;
        options.RequireDigitsInLengths();
        options.Limits.MaxConcurrentConnections = set.MaxConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestBodySize = LargestBody * FramingFactor;
        options.Limits.MaxRequestLineSize = set.MaxRequestLine;
        options.Limits.MaxRequestHeadersTotalSize = set.MaxHeadersSize;
        options.Limits.MaxRequestHeaderCount = set.MaxHeaders;
        options.Limits.RequestHeadersTimeout = set.HeadersTimeout;
        options.Limits.KeepAliveTimeout = set.KeepAlive;
        options.Limits.MaxRequestBufferSize = ReadAhead(set);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(set.MinBodyRate, set.BodyGrace);
        options.Limits.MinResponseDataRate = new MinDataRate(set.MinAnswerRate, set.BodyGrace);
    }

    private long LargestBody =>
        sources.All.Select(source => source.Options.MaxBodySize).Append(intake.Value.MaxBodySize).Max();

    // The web server's own limit applies to decrypted data; this one applies to data from the socket.
    public void Configure(SocketTransportOptions options) => options.MaxReadBufferSize = ReadAhead(limits.Value);

    private static int ReadAhead(LimitsOptions set) =>
        Math.Max(set.MaxReadAhead, Math.Max(set.MaxRequestLine, set.MaxHeadersSize));
}
