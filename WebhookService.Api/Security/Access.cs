namespace WebhookService.Api.Security;

/// <summary>The policies and schemes of authentication; each action names its policy.</summary>
internal static class Access
{
    /// <summary>Policy: a signed webhook.</summary>
    public const string Send = "WebhookService.Send";

    /// <summary>Policy: a key of either scope.</summary>
    public const string Read = "WebhookService.Read";

    /// <summary>Policy: a key with the scope operate.</summary>
    public const string Operate = "WebhookService.Operate";

    /// <summary>The authentication scheme of readers and operators.</summary>
    public const string ApiKey = "WebhookService.ApiKey";

    /// <summary>The authentication scheme of senders.</summary>
    public const string Webhook = "WebhookService.Webhook";

    /// <summary>The claim that holds a key's scope.</summary>
    public const string ScopeClaim = "scope";
}
