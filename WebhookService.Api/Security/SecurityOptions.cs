using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Security;

/// <summary>Options for authentication: section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>Maximum number of secrets, and of keys: each request is compared with all of them.</summary>
    internal const int MaxSecrets = 100;

    /// <summary>
    /// Secrets that transactions are signed with, of the form <c>whsec_…</c>; any one verifies, which allows rotation
    /// without a gap.
    /// </summary>
    /// <value>Default none: signatures are not verified.</value>
    public List<string> WebhookSecrets { get; } = [];

    /// <summary>Maximum difference between a signature's time and the service's clock, in either direction.</summary>
    /// <value>Default 5 min, which is what Standard Webhooks asks for.</value>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan SignatureTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// API keys as <c>name:sha256hex[:scope]</c>; the scope is <c>read</c> (the default) or <c>operate</c>, which
    /// includes reading. The command <c>new-key</c> creates them.
    /// </summary>
    /// <value>Default none: anyone may read and operate.</value>
    public List<string> ApiKeys { get; } = [];

    /// <summary>Whether the service starts without secrets or keys outside Development.</summary>
    /// <value>Default false.</value>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) of the proxies in front of the service. Only their X-Forwarded-For
    /// and X-Forwarded-Proto are trusted.
    /// </summary>
    /// <value>Default none.</value>
    public List<string> KnownProxies { get; } = [];

    /// <summary>
    /// Interval at which the files of settings and secrets are read again, so that changes of secrets, keys, rate
    /// limits and log levels need no restart.
    /// </summary>
    /// <value>Default 5 s. Zero: only on SIGHUP.</value>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);
}
