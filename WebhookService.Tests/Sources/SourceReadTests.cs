using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Domain;

namespace WebhookService.Tests.Sources;

internal sealed class SourceReadTests
{
    private const string Definition = """
        {
          "type": "/type", "event_id": ["header:x-event-id", "/id"], "occurred_at": "/at",
          "events": [
            {
              "types": ["paid"], "when": { "/state": ["DONE", "1", "true"] },
              "map": {
                "transaction_id": "/pay/id", "source_account": ["/from", "/pay/from", "=unknown"],
                "destination_account": ["header:x-shop", "=shop"], "amount": "/pay/amount", "currency": "/pay/currency"
              },
              "amount_unit": "major"
            },
            {
              "types": ["paid"], "when": { "/state": ["CENTS"] },
              "map": {
                "transaction_id": "/pay/id", "source_account": "=a", "destination_account": "=b",
                "amount": "/pay/amount", "currency": "/pay/currency"
              },
              "amount_unit": "minor", "prefix": false
            }
          ]
        }
        """;

    private const string Body =
        """{"type":"paid","id":"e1","at":1768473000,"state":"DONE","from":"alice","pay":{"id":"p1","amount":"1.50","currency":"eur"}}""";

    private readonly Source _source = TestSource.Of(Definition);

    [TestCase("", "", "shop:p1 alice shop 1.50 EUR")]
    [TestCase("\"DONE\"", "1", "shop:p1 alice shop 1.50 EUR")]
    [TestCase("\"DONE\"", "true", "shop:p1 alice shop 1.50 EUR")]
    [TestCase("\"DONE\"", "\"OPEN\"", "ignored paid")]
    [TestCase("\"DONE\"", "null", "ignored paid")]
    [TestCase("\"paid\"", "\"other\"", "ignored other")]
    [TestCase("\"paid\"", "7", "ignored 7")]
    [TestCase("\"alice\"", "\"\"", "shop:p1 unknown shop 1.50 EUR")]
    [TestCase("\"alice\"", "null", "shop:p1 unknown shop 1.50 EUR")]
    [TestCase("\"alice\"", "{}", "shop:p1 unknown shop 1.50 EUR")]
    [TestCase("\"alice\"", "42", "shop:p1 42 shop 1.50 EUR")]
    [TestCase("\"p1\"", "17", "shop:17 alice shop 1.50 EUR")]
    [TestCase("\"1.50\"", "1.50", "shop:p1 alice shop 1.50 EUR")]
    [TestCase("\"DONE\"", "\"CENTS\"", "quarantined: amount must be a whole number of minor units, without sign, exponent or leading zeros.")]
    [TestCase("\"DONE\",\"from\":\"alice\",\"pay\":{\"id\":\"p1\",\"amount\":\"1.50\"", "\"CENTS\",\"pay\":{\"id\":\"p1\",\"amount\":150", "p1 a b 1.50 EUR")]
    [TestCase("\"1.50\"", "1.505", "quarantined: amount has more than two decimals, which would have to be rounded.")]
    [TestCase("\"1.50\"", "[]", "quarantined: amount: /pay/amount finds no text or number.")]
    [TestCase("\"p1\"", "\"\"", "quarantined: transaction_id: /pay/id finds no text or number.")]
    [TestCase("\"p1\"", "\"a b\"", "quarantined: transaction_id, with its prefix, must be 1 to 64 characters from A-Z, a-z, 0-9, '_', '.', ':' and '-'.")]
    [TestCase("\"eur\"", "\"XXX\"", "quarantined: currency must be an active ISO 4217 code of three letters, such as INR.")]
    [TestCase(
        "\"alice\"", "\"a\\nb\"",
        "quarantined: source_account must be 1 to 64 characters, at least one of them visible, without control characters or lone surrogates.")]
    [TestCase("\"alice\"", "\"\\uD800\"", "quarantined: The event has a text with an escaped lone surrogate, which is no character.")]
    [TestCase("\"type\":\"paid\",", "", "quarantined: type: /type finds no text or number.")]
    [TestCase("\"paid\"", "\"paid\",\"type\":\"paid\"", "quarantined: The body is not valid JSON, or repeats a member name.")]
    public void Read_GivesWhatTheDefinitionSays(string part, string other, string becomes) =>
        _source.Read(part.Length == 0 ? Body : Body.Replace(part, other, StringComparison.Ordinal)).Items
            .Should().ContainSingle().Which.Describe().Should().Be(becomes);

    [TestCase("", "The body is not valid JSON (line 1, byte 1).")]
    [TestCase("{\n\"type\":}", "The body is not valid JSON (line 2, byte 8).")]
    [TestCase("{} x", "The body is not valid JSON (line 1, byte 4).")]
    public void Read_QuarantinesWhatIsNoJson(string body, string reason) =>
        _source.Read(body).Items.Single().Should().Be(new SourceItem.Quarantined(reason, null, null));

    [Test]
    public void Read_QuarantinesWhatIsNoUtf8()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes("{\"a\":\""), 0xFF, .. Encoding.UTF8.GetBytes("\"}")];

        _source.Read(TestSource.Headers(), body, TestSource.Now, null).Items.Single().Describe()
            .Should().Be("quarantined: The body is not valid UTF-8.");
    }

    [Test]
    public void Read_SkipsAByteOrderMark() =>
        _source.Read("\uFEFF" + Body).Items.Single().Describe().Should().Be("shop:p1 alice shop 1.50 EUR");

    [Test]
    public void Read_TakesValuesFromHeaders()
    {
        var item = _source.Read(Body, ("X-Shop", "shop.example"), ("X-Event-Id", "h1"), ("Content-Type", "application/json")).Items.Single();

        item.Describe().Should().Be("shop:p1 alice shop.example 1.50 EUR");
        var received = ((SourceItem.Accepted)item).Event;
        received.Id.Should().Be("h1");
        received.OccurredAt.Should().Be(TestSource.Now);
        received.Payload!.ContentType.Should().Be("application/json");
    }

    [TestCase("1768473000000", true)]
    [TestCase("\"2026-01-15T16:00:00+05:30\"", true)]
    [TestCase("\"2026-01-15T10:30:00.000Z\"", true)]
    [TestCase("\"15/01/2026\"", false)]
    [TestCase("\"2026-13-15T10:30:00Z\"", false)]
    [TestCase("99999999999999999", false)]
    [TestCase("-1", false)]
    [TestCase("null", false)]
    public void OccurredAt_IsReadInItsForms_AndOtherwiseUnknown(string time, bool isKnown)
    {
        var item = (SourceItem.Accepted)_source.Read(Body.Replace("1768473000", time)).Items.Single();

        item.Event.OccurredAt.Should().Be(isKnown ? TestSource.Now : null);
    }

    [Test]
    public void Texts_AreShortened_AndHaveNoControlCharacters()
    {
        var item = (SourceItem.Accepted)_source.Read(Body.Replace("\"e1\"", $"\"a\\u0000{new string('x', 300)}\"")).Items.Single();

        item.Event.Id.Should().StartWith("a\uFFFDxx").And.HaveLength(SourceEvent.MaxTextLength);
    }

    [Test]
    public void QuarantineKey_IsThatOfTheBody()
    {
        Key(Body).Should().Equal(Key(Body));
        Key(Body).Should().NotEqual(Key(Body.Replace("alice", "bob")), "it would be lost, although its event has the same id");

        static byte[] Key(string body) => Source.QuarantineKey(Encoding.UTF8.GetBytes(body));
    }

    [Test]
    public void Headers_AreKeptWithoutCredentials_SoThatABodyCanBeReadAgain()
    {
        var source = TestSource.BuiltIn("shopify", "API_SECRET_KEY");
        var sample = ProviderSample.Of("shopify");
        var headers = TestSource.Headers(
        [
            ("Authorization", "Bearer x"), ("Cookie", "c"), ("Proxy-Authorization", "p"), ("X-Api-Key", "k"), ("User-Agent", "Shopify"),
            ("X-Long", new string('x', 9_000)), .. Enumerable.Range(0, 200).Select(i => ($"X-{i}", new string('y', 100))),
            ("X-Shopify-Hmac-SHA256", "secret"), .. sample.Headers,
        ]);

        var kept = source.WriteHeaders(headers);
        var read = Source.ReadHeaders(kept);

        Encoding.UTF8.GetByteCount(kept).Should().BeLessThanOrEqualTo(8_192);
        kept.Should().NotContain("Bearer").And.NotContain("secret").And.NotContain("\"k\"").And.Contain("Shopify");
        source.Read(read, Encoding.UTF8.GetBytes(sample.Body), TestSource.Now, null).Items.Single().Describe()
            .Should().Be(sample.Becomes);
        Source.ReadHeaders("no json").Should().BeEmpty();
    }

    [Test]
    public void Payload_IsNotKept_WhenThatIsSet()
    {
        var source = TestSource.Catalog(
            ("Sources:stripe:Provider", "stripe"),
            ("Sources:stripe:Secrets:0", "whsec_1"),
            ("Sources:stripe:KeepPayload", "false")).All.Single();

        ((SourceItem.Accepted)source.Read(ProviderSample.Of("stripe").Body).Items.Single()).Event.Payload.Should().BeNull();
    }

    [TestCase("/events/*", """{"events":[{"t":"a"},{"t":"b"}]}""", "ignored a", "ignored b")]
    [TestCase("/events/*/e", """{"events":[{"e":{"t":"a"}},{}]}""", "ignored a", "quarantined: items finds no event in an element of the list.")]
    [TestCase("/*", """[{"t":"a"}]""", "ignored a")]
    [TestCase("/event", """{"event":{"t":"a"}}""", "ignored a")]
    [TestCase("", """{"t":"a"}""", "ignored a")]
    [TestCase("/events/*", """{"events":[]}""", "ignored ")]
    [TestCase("/events/*", """{"events":{}}""", "quarantined: items finds no event in the body.")]
    [TestCase("/events/*", "1", "quarantined: items finds no event in the body.")]
    [TestCase("/events/*", """{"\uD800vents":[]}""", "quarantined: The body has a member name with an escaped lone surrogate.")]
    public void Items_AreFoundInTheBody(string items, string body, params string[] found)
    {
        var source = TestSource.Of($$"""
            {"items":"{{items}}","type":"/t","events":[{"types":["x"],"amount_unit":"minor",
            "map":{"transaction_id":"/a","source_account":"/a","destination_account":"/a","amount":"/a","currency":"/a"} }]}
            """);

        source.Read(body).Items.Select(item => item.Describe()).Should().Equal(found);
    }

    [Test]
    public void Items_AreLimited() =>
        TestSource.Of(Definition.Replace("\"type\": \"/type\"", "\"items\": \"/*\", \"type\": \"/type\""))
            .Read($"[{string.Join(',', Enumerable.Repeat("1", 101))}]").Items.Single().Describe()
            .Should().Be("quarantined: The body has 101 events, more than MaxEvents, 100.");
}
