namespace WebhookService.Api.Security.Signatures;

/// <summary>What is wrong with a webhook's signature. The sender hears one reason for all.</summary>
internal enum SignatureFault
{
    /// <summary>Nothing: it was made with one of the secrets.</summary>
    None,

    /// <summary>A header of the scheme is not there, or is empty.</summary>
    Missing,

    /// <summary>A header is there more than once, or is not what the scheme says.</summary>
    Malformed,

    /// <summary>It was signed too long ago.</summary>
    Stale,

    /// <summary>It was signed too far in the future: the clocks differ.</summary>
    Early,

    /// <summary>None of the signatures is of any of the secrets.</summary>
    Wrong,

    /// <summary>The body is larger than any that would be read.</summary>
    TooLarge,
}
