using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>
/// The external system that transactions are posted to, and the limits of the calls: section <c>ExternalApi</c>.
/// </summary>
public sealed class ExternalApiOptions
{
    /// <summary>Address that each transaction is posted to; empty: calls are simulated.</summary>
    /// <value>Default empty. An absolute http or https address.</value>
    public string Url { get; set; } = "";

    /// <summary>Headers of every call, such as <c>Authorization</c>. Keep secrets in the environment.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Secrets that sign the calls, as Standard Webhooks specifies (<c>whsec_…</c>); each adds a signature, so that a
    /// secret can be rotated without a gap.
    /// </summary>
    /// <value>Default none: calls are not signed.</value>
    public List<string> SigningSecrets { get; } = [];

    /// <summary>Longest duration of one attempt, including the part of its answer that is read.</summary>
    /// <value>Default 10 s.</value>
    [DurationRange("00:00:00.010", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Most attempts of one transaction; then it is FAILED. A retry by an operator allows as many again.
    /// </summary>
    /// <value>Default 10.</value>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>Longest wait after the first fault; it doubles with each further one.</summary>
    /// <value>Default 1 s.</value>
    [DurationRange("00:00:00.010", "01:00:00")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait after any fault, unless a Retry-After header asks for more.</summary>
    /// <value>Default 10 min.</value>
    [DurationRange("00:00:00.010", "7.00:00:00")]
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait that a Retry-After header can ask for.</summary>
    /// <value>Default 1 h.</value>
    [DurationRange("00:00:00", "7.00:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Most calls at once from this instance.</summary>
    /// <value>Default 100.</value>
    [Range(1, 100_000)]
    public int MaxConcurrency { get; set; } = 100;

    /// <summary>
    /// Most calls a second from this instance on average; a single second may have a twentieth more, or one call more.
    /// </summary>
    /// <value>Default 1000.</value>
    [Range(1, 1_000_000)]
    public int CallsPerSecond { get; set; } = 1_000;

    /// <summary>
    /// Share of the calls in the window that must fail for the circuit breaker to open: then no call is made for
    /// <see cref="BreakDuration"/>, after which one call probes the system.
    /// </summary>
    /// <value>Default 0.5.</value>
    [Range(0.01, 1.0)]
    public double BreakRatio { get; set; } = 0.5;

    /// <summary>The window in which failures are counted.</summary>
    /// <value>Default 10 s.</value>
    [DurationRange("00:00:00.500", "01:00:00")]
    public TimeSpan BreakWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Fewest calls in the window for the breaker to open.</summary>
    /// <value>Default 20.</value>
    [Range(2, 1_000_000)]
    public int BreakMinimumCalls { get; set; } = 20;

    /// <summary>How long no call is made after the breaker has opened.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:00.500", "01:00:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most characters of a failed call's answer that are kept with the attempt.</summary>
    /// <value>Default 200; 0 keeps none.</value>
    [Range(0, 400)]
    public int MaxExcerpt { get; set; } = 200;
}
