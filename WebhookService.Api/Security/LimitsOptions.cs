using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Security;

/// <summary>Limits on connections and requests: section <c>Limits</c>.</summary>
public sealed class LimitsOptions
{
    /// <summary>Maximum number of concurrent connections; the next one is closed.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Maximum number of concurrent requests, except webhooks, which <c>Intake:MaxPending</c> bounds, and probes; the
    /// next one is answered 503.
    /// </summary>
    /// <value>Default 1000.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 1_000;

    /// <summary>
    /// Sustained requests per second for each API key or, without one, for each address (each /64 network of IPv6);
    /// more are answered 429.
    /// </summary>
    /// <value>Default 0: off.</value>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; set; }

    /// <summary>Requests that a caller may make at once after a quiet period.</summary>
    /// <value>Default 100.</value>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 100;

    /// <summary>Maximum time for a request's headers to arrive; then the connection is closed.</summary>
    /// <value>Default 10 s.</value>
    [DurationRange("00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Minimum rate of a body in bytes per second; below it 408, and the connection is closed.</summary>
    /// <value>Default 240.</value>
    [Range(1, 1_000_000)]
    public int MinBodyRate { get; set; } = 240;

    /// <summary>Time for which a body or an answer may stay below its minimum rate at first.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:01.001", "00:10:00")]
    public TimeSpan BodyGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Minimum average rate at which a client must read its answers, in bytes per second; below it the connection is
    /// closed. Data in the system's own buffers counts as read.
    /// </summary>
    /// <value>Default 4096.</value>
    [Range(1, 1_000_000)]
    public int MinAnswerRate { get; set; } = 4_096;

    /// <summary>
    /// Maximum number of unprocessed bytes read from a connection; the rest waits with the sender. Never less than
    /// <see cref="MaxRequestLine"/> and <see cref="MaxHeadersSize"/>.
    /// </summary>
    /// <value>Default 65536.</value>
    [Range(4_096, 16_777_216)]
    public int MaxReadAhead { get; set; } = 65_536;

    /// <summary>How long a connection may be idle before it is closed.</summary>
    /// <value>Default 130 s, which is longer than the idle timeout of most proxies.</value>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>Maximum size of a request's first line in bytes; beyond it 414.</summary>
    /// <value>Default 8192.</value>
    [Range(256, 1_048_576)]
    public int MaxRequestLine { get; set; } = 8_192;

    /// <summary>Maximum size of all its headers in bytes; beyond it 431.</summary>
    /// <value>Default 16384.</value>
    [Range(256, 1_048_576)]
    public int MaxHeadersSize { get; set; } = 16_384;

    /// <summary>Maximum number of headers; beyond it 431.</summary>
    /// <value>Default 64.</value>
    [Range(8, 10_000)]
    public int MaxHeaders { get; set; } = 64;
}
