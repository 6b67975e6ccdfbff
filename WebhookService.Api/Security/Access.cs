namespace WebhookService.Api.Security;

/// <summary>The doors of the service; each is named by the actions behind it.</summary>
internal static class Access
{
    /// <summary>Policy: whoever has signed the webhook.</summary>
    public const string Send = "send";

    /// <summary>Policy: a key of either scope.</summary>
    public const string Read = "read";

    /// <summary>Policy: a key with the scope operate.</summary>
    public const string Operate = "operate";

    /// <summary>The authentication scheme of readers and operators.</summary>
    public const string ApiKey = "ApiKey";

    /// <summary>The authentication scheme of senders.</summary>
    public const string Webhook = "Webhook";

    /// <summary>The claim that says what somebody may.</summary>
    public const string ScopeClaim = "scope";
}
