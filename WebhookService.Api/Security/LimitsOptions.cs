using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Security;

/// <summary>How much anybody may ask for: section <c>Limits</c>.</summary>
public sealed class LimitsOptions
{
    /// <summary>Most connections at once; the next one is closed.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Most requests at once beside webhooks, which <c>Intake:MaxPending</c> bounds, and probes; the next one is
    /// answered 503.
    /// </summary>
    /// <value>Default 1000.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 1_000;

    /// <summary>
    /// Requests a second that one API key, or else one address (of IPv6, one /64 network), may make in the long run;
    /// more are answered 429.
    /// </summary>
    /// <value>Default 0: off.</value>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; set; }

    /// <summary>Requests it may make at once after it was quiet.</summary>
    /// <value>Default 100.</value>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 100;

    /// <summary>Longest time a request's headers may take to arrive; then the connection is closed.</summary>
    /// <value>Default 10 s.</value>
    [DurationRange("00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Fewest bytes of a body that must arrive in a second; else 408, and the connection is closed.</summary>
    /// <value>Default 240.</value>
    [Range(1, 1_000_000)]
    public int MinBodyRate { get; set; } = 240;

    /// <summary>How long a body, or who takes an answer, may be slower than that at first.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:01.001", "00:10:00")]
    public TimeSpan BodyGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Fewest bytes of its answers that a client must take in a second, on average; else the connection is closed. What
    /// fits into the system's own buffers counts as taken.
    /// </summary>
    /// <value>Default 4096.</value>
    [Range(1, 1_000_000)]
    public int MinAnswerRate { get; set; } = 4_096;

    /// <summary>
    /// Most bytes of a connection that are read before they are worked on; the rest waits with the sender. Never less
    /// than a request's first line and headers may take.
    /// </summary>
    /// <value>Default 65536.</value>
    [Range(4_096, 16_777_216)]
    public int MaxReadAhead { get; set; } = 65_536;

    /// <summary>How long a connection may be idle before it is closed.</summary>
    /// <value>Default 130 s, which is longer than most proxies keep theirs.</value>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>Most bytes of a request's first line; beyond it 414.</summary>
    /// <value>Default 8192.</value>
    [Range(256, 1_048_576)]
    public int MaxRequestLine { get; set; } = 8_192;

    /// <summary>Most bytes of all its headers; beyond it 431.</summary>
    /// <value>Default 16384.</value>
    [Range(256, 1_048_576)]
    public int MaxHeadersSize { get; set; } = 16_384;

    /// <summary>Most headers; beyond it 431.</summary>
    /// <value>Default 64.</value>
    [Range(8, 10_000)]
    public int MaxHeaders { get; set; } = 64;
}
