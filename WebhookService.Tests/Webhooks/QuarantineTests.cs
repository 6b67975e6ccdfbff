using System.Net;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Webhooks;

/// <summary>Bodies that cannot be understood: kept, shown, read again, deleted.</summary>
internal sealed class QuarantineTests : IDisposable
{
    private const string NoAmount = """{"event":"payment.captured","account_id":"acc_B","payload":{"payment":{"entity":{"id":"pay_1","currency":"INR"}}}}""";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [TestCase(NoAmount, "amount")]
    [TestCase("not JSON", "JSON")]
    [TestCase("""{"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_2","amount":-1,"currency":"INR"}}}}""", "amount")]
    [TestCase("""{"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_3","amount":12345,"currency":"KWD"}}}}""", "amount")]
    [TestCase("""{"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_4","amount":1,"currency":"XXX"}}}}""", "currency")]
    public async Task Receive_KeepsABody_ThatCannotBeUnderstood(string body, string reason)
    {
        await using var app = Start();

        var answer = await SendAsync(app, SignedBodies.Razorpay(body));
        await SendAsync(app, SignedBodies.Razorpay(body));

        answer.Should().Be((202, """{"message":"quarantined"}"""));
        var kept = JsonNode.Parse(await app.GetStringAsync("/v1/quarantine?source=razorpay"))!.AsArray().Should().ContainSingle().Which!;
        kept["reason"]!.GetValue<string>().Should().Contain(reason);
        kept["times"]!.GetValue<int>().Should().Be(2, "the same event is one row");
        (await app.GetStringAsync($"/v1/quarantine/{kept["id"]}/payload")).Should().Be(body);
        (await app.GetStringAsync("/v1/quarantine?source=stripe")).Should().Be("[]");
        (await app.GetStringAsync("/v1/transactions")).Should().Be("[]");
    }

    [Test]
    public async Task Replay_Answers409_WhileTheReasonStillHolds()
    {
        await using var app = Start();
        await SendAsync(app, SignedBodies.Razorpay(NoAmount));

        var (status, text) = await SendAsync(app, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/1/replay"));

        status.Should().Be(409);
        text.Should().Contain("amount");
        (await SendAsync(app, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/replay")))
            .Should().Be((202, """{"replayed":0,"remaining":1}"""));
    }

    [Test]
    public async Task Delete_RemovesTheBody_Once()
    {
        await using var app = Start();
        await SendAsync(app, SignedBodies.Razorpay(NoAmount));

        (await SendAsync(app, new HttpRequestMessage(HttpMethod.Delete, "/v1/quarantine/1"))).Status.Should().Be(204);
        (await SendAsync(app, new HttpRequestMessage(HttpMethod.Delete, "/v1/quarantine/1"))).Status.Should().Be(404);
        (await SendAsync(app, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/1/replay"))).Status.Should().Be(404);
        (await app.GetStringAsync("/v1/quarantine")).Should().Be("[]");
    }

    [Test]
    public async Task Replay_AddsTheTransaction_OnceTheDefinitionIsMended()
    {
        var definition = Path.Combine(_directory.Path, "bank.json");
        await File.WriteAllTextAsync(definition, Definition("/data/sum"));
        await using (var app = Start(Bank(definition)))
        {
            (await SendAsync(app, SignedBodies.Post("bank", Event("b_1")))).Text.Should().Contain("quarantined");
            (await SendAsync(app, SignedBodies.Post("bank", Event("b_2")))).Text.Should().Contain("quarantined");
        }

        await File.WriteAllTextAsync(definition, Definition("/data/amount"));
        await using var mended = Start(Bank(definition));

        (await SendAsync(mended, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/1/replay")))
            .Should().Be((202, """{"message":"accepted","transaction_id":"bank:b_1","duplicate":false}"""));
        (await SendAsync(mended, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/replay?source=bank")))
            .Should().Be((202, """{"replayed":1,"remaining":0}"""));
        (await mended.GetStringAsync("/v1/transactions/bank:b_2/payload")).Should().Be(Event("b_2"));
        (await mended.GetStringAsync("/v1/quarantine")).Should().Be("[]");
    }

    [Test]
    public async Task Replay_KeepsABody_ThatTheDefinitionWouldIgnore()
    {
        var definition = Path.Combine(_directory.Path, "bank.json");
        await File.WriteAllTextAsync(definition, Definition("/data/sum"));
        await using (var app = Start(Bank(definition)))
        {
            await SendAsync(app, SignedBodies.Post("bank", Event("b_1")));
        }

        await File.WriteAllTextAsync(definition, Definition("/data/amount").Replace("paid", "payd", StringComparison.Ordinal));
        await using var mistyped = Start(Bank(definition));

        (await SendAsync(mistyped, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/1/replay"))).Status.Should().Be(409);
        (await SendAsync(mistyped, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/replay")))
            .Should().Be((202, """{"replayed":0,"remaining":1}"""));
        (await mistyped.GetStringAsync("/v1/quarantine/1/payload")).Should().Be(Event("b_1"));
    }

    [Test]
    public async Task Replay_AddsWhatIsUnderstood_AndKeepsTheBody_WhileOneEventIsNot()
    {
        var definition = Path.Combine(_directory.Path, "bank.json");
        var body = $"[{Event("b_1")},{Event("b_2").Replace("12.50", "-1", StringComparison.Ordinal)}]";
        await File.WriteAllTextAsync(definition, Definition("/data/sum").Replace("{\"type\"", "{\"items\":\"/*\",\"type\"", StringComparison.Ordinal));
        await using (var app = Start(Bank(definition)))
        {
            await SendAsync(app, SignedBodies.Post("bank", body));
        }

        await File.WriteAllTextAsync(definition, Definition("/data/amount").Replace("{\"type\"", "{\"items\":\"/*\",\"type\"", StringComparison.Ordinal));
        await using var mended = Start(Bank(definition));

        var (status, text) = await SendAsync(mended, new HttpRequestMessage(HttpMethod.Post, "/v1/quarantine/1/replay"));

        status.Should().Be(409);
        text.Should().Contain("Event 2: amount");
        (await mended.GetStringAsync("/v1/transactions/bank:b_1")).Should().Contain("12.50");
        (await mended.GetStringAsync("/v1/quarantine/1/payload")).Should().Be(body);
    }

    [Test]
    public async Task Receive_KeepsBothBodies_WhenTheirEventsHaveTheSameId()
    {
        await using var app = Start();

        await SendAsync(app, SignedBodies.Stripe("""{"id":"evt_1","type":"payment_intent.succeeded","v":1}""", TimeProvider.System.GetUtcNow()));
        await SendAsync(app, SignedBodies.Stripe("""{"id":"evt_1","type":"payment_intent.succeeded","v":2}""", TimeProvider.System.GetUtcNow()));

        (await app.GetStringAsync("/v1/quarantine/2/payload")).Should().Contain("\"v\":2");
    }

    [TestCase("application/json; x=\u00e9")]
    [TestCase("a\u0001b")]
    public async Task Payload_IsReadBack_WhenItsContentTypeCannotBeRepeated(string contentType)
    {
        await using var app = Start();
        using var request = SignedBodies.Razorpay("no JSON");
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var sent = await app.Client.SendAsync(request);

        (await app.GetStringAsync("/v1/quarantine/1/payload")).Should().Be("no JSON");
    }

    [Test]
    public async Task List_PagesThroughAll_NewestFirst()
    {
        await using var app = Start();
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(app, SignedBodies.Razorpay($"no JSON {i}"));
        }

        List<int> ids = [];
        for (var next = "/v1/quarantine?limit=2"; next is not null;)
        {
            using var page = await app.Client.GetAsync(next);
            ids.AddRange(JsonNode.Parse(await page.Content.ReadAsStringAsync())!.AsArray().Select(row => row!["id"]!.GetValue<int>()));
            next = page.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        ids.Should().Equal(5, 4, 3, 2, 1);
    }

    [TestCase("/v1/quarantine?limit=0", "limit")]
    [TestCase("/v1/quarantine?cursor=x", "cursor")]
    [TestCase("/v1/quarantine?source=%00", "source")]
    public async Task List_Answers400_WhenAParameterBreaksItsRule(string path, string name)
    {
        await using var app = Start();

        using var response = await app.Client.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]![name].Should().NotBeNull();
    }

    [Test]
    public async Task Receive_Answers503_WhenTheQuarantineIsFull()
    {
        await using var app = Start(("Quarantine__MaxRows", "1"));
        await SendAsync(app, SignedBodies.Razorpay("no JSON"));

        (await SendAsync(app, SignedBodies.Razorpay("no JSON either"))).Status.Should().Be(503);
        (await SendAsync(app, SignedBodies.Razorpay("no JSON"))).Status.Should().Be(202, "a repeat needs no new row");
    }

    private static string Definition(string amount) => $$$"""
        {"type":"/type","event_id":"/id","events":[{"types":["paid"],"amount_unit":"major","map":{
         "transaction_id":"/id","source_account":"=a","destination_account":"=b","amount":"{{{amount}}}","currency":"=EUR"}}]}
        """;

    private static string Event(string id) => $$"""{"type":"paid","id":"{{id}}","data":{"amount":12.50} }""";

    private static (string, string)[] Bank(string definition) =>
        [("Sources__bank__Provider", "custom"), ("Sources__bank__Definition", definition), ("Security__AllowAnonymous", "true")];

    private WebhookApp Start(params (string, string)[] settings) =>
        new([("DATABASE_URL", _directory.DatabaseUrl), .. SignedBodies.Settings, .. settings]);

    private static async Task<(int Status, string Text)> SendAsync(WebhookApp app, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await app.Client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
