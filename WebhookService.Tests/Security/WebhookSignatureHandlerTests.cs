using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

internal sealed class WebhookSignatureHandlerTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);
    private static readonly string Body = Payment.Json("txn_signed");

    private readonly WebhookApp _app = new(
        [.. TestSecrets.Settings, ("Security__WebhookSecrets__1", TestSecrets.OtherWebhook)])
    {
        Clock = new FakeTimeProvider(Now),
    };

    public void Dispose() => _app.Dispose();

    // Its body is no transaction, which is found out after the signature is known to be right.
    [Test]
    public async Task Receive_KnowsTheReferenceVector()
    {
        await using var app = new WebhookApp(TestSecrets.Settings)
        {
            Clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1614265330)),
        };

        using var response = await SendAsync(app, WebhookApp.Json("{\"test\": 2432232314}"),
        [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ]);

        response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
    }

    [TestCase(0)]
    [TestCase(300)]
    [TestCase(-300)]
    public async Task Receive_Accepts_WhenSignedWithinTheTolerance(int seconds)
    {
        using var response = await SendAsync(Body, TestSecrets.Sign(Body, Now.AddSeconds(seconds)));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [TestCase(301)]
    [TestCase(-301)]
    [TestCase(-1_000_000_000)]
    public async Task Receive_Refuses_WhenSignedOutsideOfIt(int seconds) =>
        await ShouldRefuseAsync(Body, TestSecrets.Sign(Body, Now.AddSeconds(seconds)));

    [Test]
    public async Task Receive_Accepts_WhenSignedWithTheSecondSecret()
    {
        using var response = await SendAsync(Body, TestSecrets.Sign(Body, Now, secret: TestSecrets.OtherWebhook));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [TestCase("webhook-id")]
    [TestCase("webhook-timestamp")]
    [TestCase("webhook-signature")]
    public async Task Receive_Refuses_WhenAHeaderIsMissingOrEmptyOrTwice(string header)
    {
        var signed = TestSecrets.Sign(Body, Now);

        await ShouldRefuseAsync(Body, [.. signed.Where(h => h.Name != header)]);
        await ShouldRefuseAsync(Body, [.. signed.Select(h => h.Name == header ? (h.Name, "") : h)]);
        await ShouldRefuseAsync(Body, [.. signed, signed.Single(h => h.Name == header)]);
    }

    [TestCase("1768473000.0")]
    [TestCase(" 1768473000x")]
    [TestCase("-1768473000")]
    [TestCase("+1768473000")]
    [TestCase("1e9")]
    [TestCase("99999999999999999999999999")]
    [TestCase("2026-01-15T10:30:00Z")]
    public async Task Receive_Refuses_WhenTheTimeIsNoNumberOfSeconds(string time) => await ShouldRefuseAsync(
        Body, [.. TestSecrets.Sign(Body, Now).Select(h => h.Name == "webhook-timestamp" ? (h.Name, time) : h)]);

    [Test]
    public async Task Receive_Refuses_WhenTheBodyIsAnother()
    {
        var signed = TestSecrets.Sign(Body, Now);

        await ShouldRefuseAsync(Payment.Json("txn_signed", amount: "150.51"), signed);
        await ShouldRefuseAsync(Body + " ", signed);

        // The same JSON, other bytes: what was signed are the bytes.
        await ShouldRefuseAsync(Body.Replace(",\"currency\":\"INR\"", "").Replace("{", "{\"currency\":\"INR\","), signed);
    }

    [Test]
    public async Task Receive_ChecksBeforeItParses()
    {
        await ShouldRefuseAsync("not json", TestSecrets.Sign(Body, Now));
        using var response = await SendAsync("not json", TestSecrets.Sign("not json", Now));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Receive_AnswersDuplicate_WhenASignedRequestIsReplayed()
    {
        var signed = TestSecrets.Sign(Body, Now);
        using var first = await SendAsync(Body, signed);

        using var again = await SendAsync(Body, signed);

        (await again.Content.ReadAsStringAsync()).Should().Contain("\"duplicate\":true");
    }

    [Test]
    public async Task Receive_SaysThatABodyIsTooLarge_WithoutCheckingIt()
    {
        var body = new string('x', 20_000);

        using var response = await SendAsync(body, TestSecrets.Sign(body, Now));

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task Receive_ReadsABodyThatComesInPieces()
    {
        using var content = new PiecewiseContent(Body);

        using var response = await SendAsync(content, TestSecrets.Sign(Body, Now));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [Test]
    public async Task Refusal_TellsTheOperatorWhy_AndTheSenderNot()
    {
        await ShouldRefuseAsync(Body, TestSecrets.Sign(Body, Now.AddHours(1)));
        await ShouldRefuseAsync(Body, TestSecrets.Sign("other", Now));

        _app.Logs.Text.Should().Contain("Webhook, Early, from").And.Contain("Webhook, Wrong, from");
    }

    private async Task ShouldRefuseAsync(string body, (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(body, headers);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Should().Equal(new AuthenticationHeaderValue("StandardWebhooks"));
        (await response.Content.ReadAsStringAsync()).Should().Contain("\"detail\":\"The signature is missing, wrong or stale.\"");
    }

    private Task<HttpResponseMessage> SendAsync(string body, (string Name, string Value)[] headers) =>
        SendAsync(WebhookApp.Json(body), headers);

    private Task<HttpResponseMessage> SendAsync(HttpContent content, (string Name, string Value)[] headers) =>
        SendAsync(_app, content, headers);

    private static async Task<HttpResponseMessage> SendAsync(
        WebhookApp app, HttpContent content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await app.Client.SendAsync(request);
    }

    /// <summary>Sends a body one byte at a time.</summary>
    private sealed class PiecewiseContent : HttpContent
    {
        private readonly byte[] _body;

        public PiecewiseContent(string body)
        {
            _body = Encoding.UTF8.GetBytes(body);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var piece in _body)
            {
                await stream.WriteAsync(new[] { piece });
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
