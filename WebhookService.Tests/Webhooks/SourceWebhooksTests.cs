using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Webhooks;

/// <summary>Providers' webhooks over HTTP: verify, read, add, answer.</summary>
internal sealed class SourceWebhooksTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private readonly WebhookApp _app = new(SignedBodies.Settings) { Clock = new FakeTimeProvider(Now) };

    public void Dispose() => _app.Dispose();

    [Test]
    public async Task Receive_Accepts_AndKeepsTheBodyByteForByte()
    {
        var body = SignedBodies.StripePayment("pi_1");

        var (status, answer) = await SendAsync(SignedBodies.Stripe(body, Now));

        status.Should().Be(202);
        answer.Should().Be("""{"message":"accepted","transaction_id":"stripe:pi_1","duplicate":false}""");
        var stored = JsonNode.Parse(await _app.GetStringAsync("/v1/transactions/stripe:pi_1"))!;
        stored["amount"]!.ToJsonString().Should().Be("20.00");
        stored["currency"]!.GetValue<string>().Should().Be("USD");
        stored["source"]!.GetValue<string>().Should().Be("stripe");
        stored["event_type"]!.GetValue<string>().Should().Be("payment_intent.succeeded");
        stored["event_id"]!.GetValue<string>().Should().Be("evt_pi_1");
        stored["occurred_at"]!.GetValue<string>().Should().Be("2026-01-15T10:30:00.000000Z");
        using var payload = await _app.Client.GetAsync("/v1/transactions/stripe:pi_1/payload");
        (await payload.Content.ReadAsStringAsync()).Should().Be(body);
        payload.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
    }

    [Test]
    public async Task Receive_AnswersDuplicateAndConflict_WhenTheTransactionIsKnown()
    {
        await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_2"), Now));

        var same = await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_2"), Now.AddSeconds(30)));
        var other = await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_2", "2001"), Now));

        same.Should().Be((202, """{"message":"duplicate","transaction_id":"stripe:pi_2","duplicate":true}"""));
        other.Should().Be((202, """{"message":"duplicate","transaction_id":"stripe:pi_2","duplicate":true,"conflict":true}"""));
        (await _app.GetStringAsync("/v1/transactions/stripe:pi_2/payload")).Should().Contain("\"amount\":2000");
    }

    [Test]
    public async Task Receive_Ignores_WhenTheTypeIsNotTaken()
    {
        var answer = await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_3", type: "customer.updated"), Now));

        answer.Should().Be((202, """{"message":"ignored"}"""));
        (await _app.Client.GetAsync("/v1/transactions/stripe:pi_3")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Receive_Refuses_WhenTheSignatureIsForgedStaleOrOfAnotherBody()
    {
        var body = SignedBodies.StripePayment("pi_4");
        var changed = SignedBodies.Stripe(body, Now);
        changed.Content = new StringContent(body.Replace("2000", "2001", StringComparison.Ordinal), Encoding.UTF8, "application/json");

        (await SendAsync(SignedBodies.Stripe(body, Now, "whsec_of_somebody_else"))).Status.Should().Be(401);
        (await SendAsync(SignedBodies.Stripe(body, Now.AddSeconds(-301)))).Status.Should().Be(401);
        (await SendAsync(changed)).Status.Should().Be(401);
        (await SendAsync(SignedBodies.Post("stripe", body))).Status.Should().Be(401);
        (await _app.Client.GetAsync("/v1/transactions/stripe:pi_4")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await SourceAsync("stripe"))["refused"]!.GetValue<int>().Should().Be(4);
    }

    [TestCase("5000", "jpy", "5000.00")]
    [TestCase("1230", "kwd", "1.23")]
    [TestCase("1", "eur", "0.01")]
    public async Task Receive_ConvertsMinorUnits_ByTheDecimalsOfTheCurrency(string minor, string currency, string amount)
    {
        await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_5", minor, currency), Now));

        JsonNode.Parse(await _app.GetStringAsync("/v1/transactions/stripe:pi_5"))!["amount"]!.ToJsonString().Should().Be(amount);
    }

    [TestCase("https://evil\uFF0F.paypal.com/c")]
    [TestCase("https://\u200D.paypal.com/c")]
    [TestCase("https://evil.example/c")]
    [TestCase("http://api.paypal.com/c")]
    public async Task Receive_Refuses_WhenACertificateIsElsewhere(string url)
    {
        using var request = SignedBodies.Post(
            "paypal", "{}", ("PAYPAL-TRANSMISSION-ID", "1"), ("PAYPAL-TRANSMISSION-TIME", "2026-01-15T10:30:00Z"),
            ("PAYPAL-TRANSMISSION-SIG", "AAAA"), ("PAYPAL-AUTH-ALGO", "SHA256withRSA"));
        request.Headers.TryAddWithoutValidation("PAYPAL-CERT-URL", url);
        using var response = await _app.Client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Receive_Answers404_WhenNoSourceHasTheName() =>
        (await SendAsync(SignedBodies.Post("nobody", "{}"))).Status.Should().Be(404);

    [Test]
    public async Task Receive_Answers413_WhenTheBodyIsTooLarge() =>
        (await SendAsync(SignedBodies.Stripe(new string(' ', 262_145), Now))).Status.Should().Be(413);

    [Test]
    public async Task Receive_AnswersEachEvent_WhenABodyHasSeveral()
    {
        var body = SignedBodies.AdyenCaptures(("A1", "1000", "EUR"), ("A2", "2000", "EUR"));

        var answer = await SendAsync(SignedBodies.Post("adyen", body));

        answer.Should().Be((202,
            """{"message":"accepted","events":[{"message":"accepted","transaction_id":"adyen:A1","duplicate":false},"""
            + """{"message":"accepted","transaction_id":"adyen:A2","duplicate":false}]}"""));
        (await _app.GetStringAsync("/v1/transactions/adyen:A2/payload")).Should().Be(body);
    }

    [Test]
    public async Task Receive_StoresNoEvent_WhenTheSignatureOfOneIsForged()
    {
        var body = SignedBodies.AdyenCaptures(("A3", "1000", "EUR"), ("A4", "2000", "EUR"))
            .Replace("\"value\":2000", "\"value\":2001", StringComparison.Ordinal);

        (await SendAsync(SignedBodies.Post("adyen", body))).Status.Should().Be(401);

        (await _app.Client.GetAsync("/v1/transactions/adyen:A3")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Sources_AreListed_WithWhatCameFromEach()
    {
        await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_6"), Now));
        await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_6"), Now));
        await SendAsync(SignedBodies.Stripe(SignedBodies.StripePayment("pi_7", type: "customer.updated"), Now));

        var stripe = await SourceAsync("stripe");

        stripe["provider"]!.GetValue<string>().Should().Be("stripe");
        stripe["accepted"]!.GetValue<int>().Should().Be(1);
        stripe["duplicate"]!.GetValue<int>().Should().Be(1);
        stripe["ignored"]!.GetValue<int>().Should().Be(1);
        stripe["last_heard_at"]!.GetValue<string>().Should().Be("2026-01-15T10:30:00.000000Z");
        (await SourceAsync("razorpay"))["last_heard_at"].Should().BeNull();
        (await _app.GetStringAsync("/v1/sources")).Should().NotContain(SignedBodies.StripeSecret);
    }

    private async Task<JsonNode> SourceAsync(string name) =>
        JsonNode.Parse(await _app.GetStringAsync("/v1/sources"))!.AsArray().Single(it => it!["name"]!.GetValue<string>() == name)!;

    private async Task<(int Status, string Text)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _app.Client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
