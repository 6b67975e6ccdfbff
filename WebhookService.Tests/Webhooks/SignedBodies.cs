using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Tests.Webhooks;

/// <summary>Bodies as providers send them, signed with the secrets of the tests.</summary>
internal static class SignedBodies
{
    public const string StripeSecret = "whsec_stripe_secret_of_the_tests";
    public const string RazorpaySecret = "razorpay-secret-of-the-tests";
    public const string AdyenSecret = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";

    /// <summary>The settings of three sources.</summary>
    public static (string Key, string Value)[] Settings =>
    [
        ("Sources__stripe__Provider", "stripe"),
        ("Sources__stripe__Secrets__0", StripeSecret),
        ("Sources__razorpay__Provider", "razorpay"),
        ("Sources__razorpay__Secrets__0", RazorpaySecret),
        ("Sources__adyen__Provider", "adyen"),
        ("Sources__adyen__Secrets__0", AdyenSecret),
        ("Sources__paypal__Provider", "paypal"),
        ("Sources__paypal__WebhookId", "WH-1"),
    ];

    public static string StripePayment(
        string id, string amount = "2000", string currency = "usd", string type = "payment_intent.succeeded") =>
        $$$"""
        {"id":"evt_{{{id}}}","type":"{{{type}}}","created":1768473000,
         "data":{"object":{"id":"{{{id}}}","amount":{{{amount}}},"amount_received":{{{amount}}},"currency":"{{{currency}}}","customer":"cus_1"} } }
        """;

    public static HttpRequestMessage Stripe(string body, DateTimeOffset at, string secret = StripeSecret)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}"));
        return Post("stripe", body, ("Stripe-Signature", $"t={seconds},v1={Convert.ToHexStringLower(hash)}"));
    }

    public static HttpRequestMessage Razorpay(string body) => Post("razorpay", body, (
        "X-Razorpay-Signature",
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(RazorpaySecret), Encoding.UTF8.GetBytes(body)))));

    /// <summary>A body with captures, each signed on its own.</summary>
    public static string AdyenCaptures(params (string Id, string Amount, string Currency)[] items) =>
        $$"""{"live":"false","notificationItems":[{{string.Join(',', items.Select(AdyenItem))}}]}""";

    public static HttpRequestMessage Post(string source, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/v1/webhooks/{source}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    private static string AdyenItem((string Id, string Amount, string Currency) item)
    {
        var signed = $"PSP_{item.Id}:{item.Id}:TestMerchant:ref:{item.Amount}:{item.Currency}:CAPTURE:true";
        var signature = Convert.ToBase64String(
            HMACSHA256.HashData(Convert.FromHexString(AdyenSecret), Encoding.UTF8.GetBytes(signed)));
        return $$$"""
            {"NotificationRequestItem":{"eventCode":"CAPTURE","success":"true","pspReference":"PSP_{{{item.Id}}}","originalReference":"{{{item.Id}}}",
             "merchantReference":"ref","merchantAccountCode":"TestMerchant","amount":{"currency":"{{{item.Currency}}}","value":{{{item.Amount}}}},
             "eventDate":"2026-01-15T18:08:19+01:00","additionalData":{"hmacSignature":"{{{signature}}}"} } }
            """;
    }
}
