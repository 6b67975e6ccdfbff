namespace WebhookService.Api.Sources.Definitions;

/// <summary>How a secret is written.</summary>
internal enum SecretForm
{
    /// <summary>Its characters, in UTF-8, are the key.</summary>
    Text,
    Base64,
    Hex,

    /// <summary>That of Standard Webhooks: base64 after <c>whsec_</c>.</summary>
    Whsec,
}
