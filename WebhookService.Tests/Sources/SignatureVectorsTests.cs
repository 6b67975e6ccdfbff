using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Tests.Sources;

/// <summary>Signatures that the providers' own libraries test with.</summary>
internal sealed class SignatureVectorsTests
{
    [TestCase(
        "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{\"test\": 2432232314}", 1614265330,
        "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase(
        "razorpay", "123456", "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}", 0,
        "X-Razorpay-Signature: 2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc")]
    [TestCase(
        "square", "signature-key", "{\"data\":{\"type\":\"webhooks\",\"id\":\"fake_id\"}}", 0,
        "x-square-hmacsha256-signature: W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=")]
    [TestCase(
        "paddle", "VALID_SECRET", "{\"data\": [\"1\", \"2\"]}", 1698796800,
        "Paddle-Signature: ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9")]
    [TestCase(
        "shopify", "API_SECRET_KEY", "{}", 0,
        "X-Shopify-Hmac-SHA256: +ihUB5l+D7QrohDEi/6NcBcJRyKssyWqos13LmnsBbs=")]
    public void Vector_IsVerified(string provider, string secret, string body, long at, params string[] headers)
    {
        var source = TestSource.BuiltIn(provider, secret);
        var now = DateTimeOffset.FromUnixTimeSeconds(at);
        var sent = headers.Select(header => header.Split(": ")).Select(pair => (pair[0], pair[1])).ToArray();

        source.Verify(body, now, sent).Should().Be(SignatureFault.None);
        source.Verify(body + " ", now, sent).Should().Be(SignatureFault.Wrong);
    }

    [Test]
    public void Stripe_SignsWithTheWholeSecret()
    {
        const string Signature = "2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7";
        var body = string.Join('\n', StripeBody) + "\n";
        var source = TestSource.BuiltIn("stripe", "webhook_secret");
        var now = DateTimeOffset.FromUnixTimeSeconds(1533204620);

        body.Length.Should().Be(484);
        source.Verify(body, now, ("Stripe-Signature", $"t=1533204620,v1={Signature}")).Should().Be(SignatureFault.None);
        source.Verify(body, now, ("Stripe-Signature", $"t=1533204620,v1={Signature},v0=1234")).Should().Be(SignatureFault.None);
        source.Verify(body, now, ("Stripe-Signature", $"t=1533204621,v1={Signature}")).Should().Be(SignatureFault.Wrong);
        source.Read(body).Items.Single().Describe().Should().Be("ignored customer.created");
    }

    // Its bodies have no amount, so there is no definition of it; its scheme is that of many others.
    [Test]
    public async Task GoCardless_CanBeVerified()
    {
        var definition = SourceDefinition.Parse("""
            {"signature":{"header":"Webhook-Signature"},"type":"/t","events":[{"types":["a"],"amount_unit":"minor",
            "map":{"transaction_id":"/a","source_account":"/a","destination_account":"/a","amount":"/a","currency":"/a"}}]}
            """u8.ToArray());
        var signature = new HeaderSignature(
            definition.Signatures[0], [Encoding.UTF8.GetBytes("ED7D658C-D8EB-4941-948B-3973214F2D49")], url: "");

        var fault = await signature.VerifyAsync(
            TestSource.Headers(("Webhook-Signature", "2693754819d3e32d7e8fcb13c729631f316c6de8dc1cf634d6527f1c07276e7e")),
            Encoding.UTF8.GetBytes(string.Concat(GoCardlessBody)),
            TestSource.Now,
            CancellationToken.None);

        fault.Should().Be(SignatureFault.None);
    }

    private static readonly string[] StripeBody =
    [
        "{", "  \"id\": \"evt_123\",", "  \"object\": \"event\",", "  \"account\": \"acct_123\",",
        "  \"api_version\": \"2017-05-25\",", "  \"created\": 1533204620,", "  \"data\": {", "    \"object\": {",
        "      \"id\": \"cus_123\",", "      \"object\": \"customer\",", "      \"created\": 123456789,",
        "      \"email\": \"test@stripe.com\",", "      \"livemode\": false,", "      \"metadata\": {}", "    }", "  },",
        "  \"livemode\": false,", "  \"pending_webhooks\": 1,", "  \"request\": {", "    \"id\": \"req_123\",",
        "    \"idempotency_key\": \"idempotency-key-123\"", "  },", "  \"type\": \"customer.created\"", "}",
    ];

    private static readonly string[] GoCardlessBody =
    [
        "{\"events\":[{\"id\":\"EV00BD05S5VM2T\",\"created_at\":\"2018-07-05T09:13:51.404Z\",\"resource_type\":\"subscriptions\",",
        "\"action\":\"created\",\"links\":{\"subscription\":\"SB0003JJQ2MR06\"},\"details\":{\"origin\":\"api\",",
        "\"cause\":\"subscription_created\",\"description\":\"Subscription created via the API.\"},\"metadata\":{}},",
        "{\"id\":\"EV00BD05TB8K63\",\"created_at\":\"2018-07-05T09:13:56.893Z\",\"resource_type\":\"mandates\",",
        "\"action\":\"created\",\"links\":{\"mandate\":\"MD000AMA19XGEC\"},\"details\":{\"origin\":\"api\",",
        "\"cause\":\"mandate_created\",\"description\":\"Mandate created via the API.\"},\"metadata\":{}}]}",
    ];
}
