using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Api.Demo;

/// <summary>Requests as Stripe and Razorpay send them, signed with the demo's own secrets.</summary>
internal static class DemoProvider
{
    private static readonly string StripeSecret = $"whsec_{NewSecret()}";
    private static readonly string RazorpaySecret = NewSecret();

    /// <summary>The settings of the demo's sources.</summary>
    public static IEnumerable<string> Settings =>
    [
        "--Sources:stripe:Provider=stripe",
        $"--Sources:stripe:Secrets:0={StripeSecret}",
        "--Sources:razorpay:Provider=razorpay",
        $"--Sources:razorpay:Secrets:0={RazorpaySecret}",
    ];

    /// <summary>A successful Stripe payment, sometimes another type, and rarely one without an amount.</summary>
    public static HttpRequestMessage Stripe(string id, int amount, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var (type, received) = Random.Shared.Next(40) switch
        {
            0 => ("payment_intent.succeeded", ""),
            < 6 => ("customer.updated", ""),
            _ => ("payment_intent.succeeded", FormattableString.Invariant($",\"amount_received\":{amount}")),
        };
        var body = $$$"""
            {"id":"evt_{{{id}}}","type":"{{{type}}}","created":{{{seconds}}},"data":{"object":{"id":"pi_{{{id}}}",
            "currency":"usd","customer":"cus_{{{Random.Shared.Next(100, 400)}}}"{{{received}}}
            } } }
            """;
        var hash = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(StripeSecret), Encoding.UTF8.GetBytes($"{seconds}.{body}"));
        return Request("stripe", body, "Stripe-Signature", $"t={seconds},v1={Convert.ToHexStringLower(hash)}");
    }

    /// <summary>A captured Razorpay payment.</summary>
    public static HttpRequestMessage Razorpay(string id, int amount, DateTimeOffset now)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$$"""
            {"event":"payment.captured","account_id":"acc_demo","created_at":{{{now.ToUnixTimeSeconds()}}},"payload":{
            "payment":{"entity":{"id":"pay_{{{id}}}","amount":{{{amount}}},"currency":"INR"} } } }
            """);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(RazorpaySecret), Encoding.UTF8.GetBytes(body));
        return Request("razorpay", body, "X-Razorpay-Signature", Convert.ToHexStringLower(hash));
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static HttpRequestMessage Request(string source, string body, string header, string signature) =>
        new(HttpMethod.Post, new Uri($"/v1/webhooks/{source}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { { header, signature } },
        };
}
