using System.Globalization;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using StandardWebhooks;
using Stripe;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Tests.Sources;

/// <summary>What the providers' own libraries build and sign is verified and read.</summary>
internal sealed class ProviderLibrariesTests
{
    private const string StripeSecret = "whsec_of-stripe";
    private const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Test]
    public void Stripe_IsReadAsItsLibraryBuildsIt()
    {
        var intent = new PaymentIntent
        {
            Id = "pi_3MtwBwLkdIwHu7ix28a3tqPa",
            Object = "payment_intent",
            Amount = 2000,
            AmountReceived = 2000,
            Currency = "usd",
            CustomerId = "cus_NffrFeUfNV2Hib",
            Status = "succeeded",
        };
        var json = new Event
        {
            Id = "evt_1MtwBwLkdIwHu7ix",
            Object = "event",
            Type = EventTypes.PaymentIntentSucceeded,
            Created = TestSource.Now.UtcDateTime,
            Data = new EventData { Object = intent },
        }.ToJson();

        TestSource.BuiltIn("stripe", StripeSecret).Read(json).Items.Single().Describe()
            .Should().Be("stripe:pi_3MtwBwLkdIwHu7ix28a3tqPa cus_NffrFeUfNV2Hib stripe 20.00 USD");
    }

    // Its library accepts our signature, so we verify what it would sign.
    [Test]
    public void Stripe_SignsAsItsLibrary()
    {
        var body = Encoding.UTF8.GetBytes("{\"id\":\"evt_1\",\"object\":\"event\"}");
        var source = TestSource.BuiltIn("stripe", StripeSecret);
        var signature = source.Sign(TestSource.Headers(), body, TestSource.Now)!.Single().Value;
        var act = (string header) => EventUtility.ValidateSignature(
            Encoding.UTF8.GetString(body), header, StripeSecret, 300, TestSource.Now.ToUnixTimeSeconds());

        act.Invoking(validate => validate(signature)).Should().NotThrow();
        act.Invoking(validate => validate(signature[..^1] + (signature[^1] == '0' ? '1' : '0'))).Should().Throw<StripeException>();
    }

    [Test]
    public void StandardWebhooks_SignsAsItsLibrary()
    {
        var sample = ProviderSample.Of("standard-webhooks");
        var source = TestSource.BuiltIn("standard-webhooks", StandardSecret);
        var signature = new StandardWebhook(StandardSecret).Sign("msg_1", TestSource.Now, sample.Body);
        var time = TestSource.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        source.Verify(sample.Body, TestSource.Now, ("webhook-id", "msg_1"), ("webhook-timestamp", time), ("webhook-signature", signature))
            .Should().Be(SignatureFault.None);
        source.Verify(sample.Body, TestSource.Now, ("webhook-id", "msg_2"), ("webhook-timestamp", time), ("webhook-signature", signature))
            .Should().Be(SignatureFault.Wrong);
    }
}
