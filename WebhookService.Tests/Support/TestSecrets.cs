using System.Globalization;
using System.Text;
using WebhookService.Api.Security.Keys;
using WebhookService.Domain;

namespace WebhookService.Tests.Support;

/// <summary>The secrets that tests use, and signatures made with them.</summary>
internal static class TestSecrets
{
    /// <summary>The secret of the reference implementations' test vector.</summary>
    public const string Webhook = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public const string OtherWebhook = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    private static readonly (string Text, ApiKey Key) Reading = ApiKey.Create("reader", ApiKey.Read);
    private static readonly (string Text, ApiKey Key) Operating = ApiKey.Create("operator", ApiKey.Operate);

    public static string ReadKey => Reading.Text;

    public static string OperateKey => Operating.Text;

    /// <summary>The values that must not appear in any log.</summary>
    public static string[] All => [Webhook[6..], OtherWebhook[6..], ReadKey, OperateKey, "hunter2"];

    /// <summary>The settings that require signatures and API keys.</summary>
    public static (string Key, string Value)[] Settings =>
    [
        ("Security__WebhookSecrets__0", Webhook),
        ("Security__ApiKeys__0", Reading.Key.ToSetting()),
        ("Security__ApiKeys__1", Operating.Key.ToSetting()),
    ];

    /// <summary>The headers of a signed webhook.</summary>
    public static (string Name, string Value)[] Sign(
        string body, DateTimeOffset at, string id = "msg_1", string secret = Webhook) =>
        Sign(Encoding.UTF8.GetBytes(body), at, id, secret);

    /// <summary>The headers of a signed webhook.</summary>
    public static (string Name, string Value)[] Sign(
        byte[] body, DateTimeOffset at, string id = "msg_1", string secret = Webhook) =>
    [
        ("webhook-id", id),
        ("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ("webhook-signature", WebhookSignature.TryReadSecret(secret, out var key)
            ? WebhookSignature.Sign([key], id, at.ToUnixTimeSeconds(), body)
            : throw new ArgumentException("No secret.", nameof(secret))),
    ];
}
