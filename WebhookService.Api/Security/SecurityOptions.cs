using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Security;

/// <summary>Who may send and who may look: section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>Most secrets, and most keys: each request is compared with all of them.</summary>
    internal const int MaxSecrets = 100;

    /// <summary>How senders sign: <c>StandardWebhooks</c> or <c>Razorpay</c>.</summary>
    /// <value>Default StandardWebhooks.</value>
    public string WebhookScheme { get; set; } = "StandardWebhooks";

    /// <summary>Secrets that webhooks are signed with; any one verifies, so that it can change without a gap.</summary>
    /// <value>Default none: signatures are not looked at.</value>
    public List<string> WebhookSecrets { get; } = [];

    /// <summary>How far a signature's time may lie from ours, in either direction.</summary>
    /// <value>Default 5 min, which is what Standard Webhooks asks for.</value>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan SignatureTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// API keys as <c>name:sha256hex[:scope]</c>; the scope is <c>read</c> (the default) or <c>operate</c>, which
    /// may read too. The command <c>new-key</c> makes them.
    /// </summary>
    /// <value>Default none: everybody may read and operate.</value>
    public List<string> ApiKeys { get; } = [];

    /// <summary>Without secrets or keys, it starts outside Development only if this is true.</summary>
    /// <value>Default false.</value>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) of the proxies before the service: what their X-Forwarded-For and
    /// X-Forwarded-Proto say is believed, and nobody else's.
    /// </summary>
    /// <value>Default none.</value>
    public List<string> KnownProxies { get; } = [];
}
