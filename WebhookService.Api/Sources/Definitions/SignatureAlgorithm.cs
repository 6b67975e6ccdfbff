namespace WebhookService.Api.Sources.Definitions;

/// <summary>What is computed over a request, or compared with it.</summary>
internal enum SignatureAlgorithm
{
    HmacSha256,
    HmacSha512,

    /// <summary>The header is the secret itself.</summary>
    Plain,

    /// <summary>Each item of the body has its own.</summary>
    Adyen,

    /// <summary>RSA, with a certificate that PayPal serves.</summary>
    PayPal,
}
