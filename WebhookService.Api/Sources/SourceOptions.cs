using System.ComponentModel.DataAnnotations;

namespace WebhookService.Api.Sources;

/// <summary>Options of a source: section <c>Sources:{name}</c>.</summary>
public sealed class SourceOptions
{
    /// <summary>The largest <see cref="MaxBodySize"/>.</summary>
    internal const int MaxMaxBodySize = 1_048_576;

    /// <summary>The smallest <see cref="MaxBodySize"/>.</summary>
    internal const int MinMaxBodySize = 256;

    /// <summary>The largest <see cref="MaxEvents"/>.</summary>
    internal const int MaxMaxEvents = 1_000;

    /// <summary>Who sends: a built-in provider, or <c>custom</c>.</summary>
    /// <value>Required.</value>
    public string Provider { get; set; } = "";

    /// <summary>Secrets as the provider issues them; any one verifies, which allows rotation without a gap.</summary>
    /// <value>Required, except for PayPal and for definitions without a signature.</value>
    public List<string> Secrets { get; } = [];

    /// <summary>The address as the provider knows it, where it is part of what is signed.</summary>
    /// <value>Default empty.</value>
    public string Url { get; set; } = "";

    /// <summary>PayPal's id of the webhook, which is part of what is signed.</summary>
    /// <value>Default empty.</value>
    public string WebhookId { get; set; } = "";

    /// <summary>
    /// A JSON file that says how to read the body; required for <c>custom</c>, otherwise it replaces the built-in one.
    /// </summary>
    /// <value>Default empty.</value>
    public string Definition { get; set; } = "";

    /// <summary>Maximum size of a body in bytes; beyond it 413.</summary>
    /// <value>Default 262144.</value>
    [Range(MinMaxBodySize, MaxMaxBodySize)]
    public int MaxBodySize { get; set; } = 262_144;

    /// <summary>
    /// Most events in one body. A body with more is quarantined, since each of its transactions keeps the whole body.
    /// </summary>
    /// <value>Default 100.</value>
    [Range(1, MaxMaxEvents)]
    public int MaxEvents { get; set; } = 100;

    /// <summary>Whether the raw body is kept with the transaction.</summary>
    /// <value>Default true.</value>
    public bool KeepPayload { get; set; } = true;

    /// <summary>Hosts that PayPal's certificates may be fetched from, over HTTPS.</summary>
    /// <value>Default none, which stands for <c>*.paypal.com</c>.</value>
    public List<string> CertificateHosts { get; } = [];

    /// <summary>The same options with other secrets.</summary>
    internal SourceOptions With(List<string> secrets)
    {
        var copy = new SourceOptions
        {
            Provider = Provider,
            Url = Url,
            WebhookId = WebhookId,
            Definition = Definition,
            MaxBodySize = MaxBodySize,
            MaxEvents = MaxEvents,
            KeepPayload = KeepPayload,
        };
        copy.Secrets.AddRange(secrets);
        copy.CertificateHosts.AddRange(CertificateHosts);
        return copy;
    }
}
