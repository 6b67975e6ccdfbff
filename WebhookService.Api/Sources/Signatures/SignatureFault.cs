namespace WebhookService.Api.Sources.Signatures;

/// <summary>
/// Faults of a webhook's signature. The sender gets one reason for all but <see cref="TooLarge"/> and
/// <see cref="Unavailable"/>.
/// </summary>
internal enum SignatureFault
{
    /// <summary>No fault: it was made with one of the secrets.</summary>
    None,

    /// <summary>A header of the scheme is missing or empty.</summary>
    Missing,

    /// <summary>A header is repeated, or breaks the format of the scheme.</summary>
    Malformed,

    /// <summary>It was signed too long ago.</summary>
    Stale,

    /// <summary>It was signed too far in the future: the clocks differ.</summary>
    Early,

    /// <summary>No signature matches any of the secrets.</summary>
    Wrong,

    /// <summary>The body is larger than the limit.</summary>
    TooLarge,

    /// <summary>It cannot be verified now: the certificate is still being fetched. The sender gets 503.</summary>
    Unavailable,
}
