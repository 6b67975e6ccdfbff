using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Hosting;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Sources;

/// <summary>A wrong definition stops the start with one line: file, JSON Pointer, and what was expected.</summary>
internal sealed class DefinitionFaultTests
{
    private const string Definition = """
        {
          "signature": { "header": "x-sig", "format": "t=,v1=", "signed": "{timestamp}.{body}", "tolerance": "00:05:00" },
          "items": "/a/*/b", "type": "/type", "event_id": "/id", "occurred_at": "/at", "answer": 200, "decimals": { "ISK": 2 },
          "events": [
            {
              "types": ["a"], "when": { "/s": ["x"] }, "prefix": true, "amount_unit": "minor",
              "map": { "transaction_id": "/i", "source_account": "/f", "destination_account": "/t", "amount": "/a", "currency": "/c" }
            }
          ]
        }
        """;

    [TestCase(
        "\"items\"", "\"item\"",
        "/item is unknown; the members here are $schema, signature, items, type, event_id, occurred_at, answer, decimals, events.")]
    [TestCase("\"/type\"", "\"type\"", "/type must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these.")]
    [TestCase("\"/type\"", "\"/ty~pe\"", "/type must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these.")]
    [TestCase("\"/type\"", "[]", "/type must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these.")]
    [TestCase("\"/type\"", "[\"/a\", 1]", "/type/1 must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these.")]
    [TestCase("\"/type\"", "\"=\"", "/type must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these.")]
    [TestCase("\"/type\"", "\"header:\"", "/type must be the name of a header.")]
    [TestCase("\"/type\"", "\"header:a b\"", "/type must be the name of a header.")]
    [TestCase("\"type\": \"/type\", ", "", "the whole file must have the member type.")]
    [TestCase("\"/a/*/b\"", "\"/a/*/*\"", "/items must be a JSON Pointer, of which one segment may be *.")]
    [TestCase("\"/a/*/b\"", "1", "/items must be a JSON Pointer, of which one segment may be *.")]
    [TestCase("200", "201", "/answer must be 200 or 202.")]
    [TestCase("200", "\"200\"", "/answer must be a number from 200 to 202.")]
    [TestCase("\"ISK\"", "\"isk\"", "/decimals/isk must be named after an active ISO 4217 code in upper case.")]
    [TestCase("\"ISK\": 2", "\"ISK\": 5", "/decimals/ISK must be a number from 0 to 4.")]
    [TestCase("[\"a\"]", "[]", "/events/0/types must be a list of texts.")]
    [TestCase("[\"a\"]", "[1]", "/events/0/types/0 must be a text that is not empty.")]
    [TestCase("\"/s\"", "\"s\"", "/events/0/when/s must be a JSON Pointer (/a/b), header:NAME, =literal, or a list of these.")]
    [TestCase("[\"x\"]", "\"x\"", "/events/0/when/~1s must be a list of texts.")]
    [TestCase("\"prefix\": true", "\"prefix\": 1", "/events/0/prefix must be true or false.")]
    [TestCase("\"minor\"", "\"cents\"", "/events/0/amount_unit must be one of minor, major.")]
    [TestCase("\"amount\": \"/a\", ", "", "/events/0/map must have the member amount.")]
    [TestCase("\"t=,v1=\"", "\"t,v1\"", "/signature/format must have a form such as \"t=,v1=\", \"ts=;h1=\", \"sha256=\" or \"v1,\".")]
    [TestCase(
        "\"{timestamp}.{body}\"", "\"{timestamp}\"",
        "/signature/signed must contain {body} once; other placeholders are {timestamp}, {id}, {url} and {header:NAME}.")]
    [TestCase(
        "\"{timestamp}.{body}\"", "\"{time}{body}\"",
        "/signature/signed must contain {body} once; other placeholders are {timestamp}, {id}, {url} and {header:NAME}.")]
    [TestCase("\"{timestamp}.{body}\"", "\"{body}\"", "/signature must sign its time: {timestamp} in the member signed.")]
    [TestCase("\"{timestamp}.{body}\"", "\"{id}{timestamp}{body}\"", "/signature must have the member id, the header that {id} stands for.")]
    [TestCase("\"format\": \"t=,v1=\", ", "", "/signature must have a time, in the member timestamp or in a format such as \"t=,v1=\".")]
    [TestCase("\"00:05:00\"", "\"300\"", "/signature/tolerance must be a duration from 00:00:01 to 23:59:59.")]
    [TestCase("\"header\": \"x-sig\"", "\"algorithm\": \"md5\"", "/signature/algorithm must be one of hmac-sha256, hmac-sha512, plain, adyen, paypal.")]
    [TestCase("\"header\": \"x-sig\"", "\"algorithm\": \"adyen\"", "/signature/format is unknown; the members here are algorithm.")]
    [TestCase("\"x-sig\"", "\"\"", "/signature/header must be the name of a header.")]
    [TestCase("\"events\": [", "\"events\": [1,", "/events/0 must be an object.")]
    public void Start_NamesFilePointerAndExpectation(string part, string other, string fault)
    {
        Definition.Should().Contain(part);

        Load(Definition.Replace(part, other, StringComparison.Ordinal)).Should().Be($"Sources__shop__Definition, {{file}}: {fault}");
    }

    [TestCase("", "line 1 must be valid JSON.")]
    [TestCase("{\n\"type\": }", "line 2 must be valid JSON.")]
    [TestCase("{\"type\":\"/a\",\"type\":\"/b\"}", "the whole file must be valid JSON without repeated names.")]
    [TestCase("{\"type\":\"\\uD800\"}", "the whole file must be valid JSON without repeated names.")]
    [TestCase("[]", "the whole file must be an object.")]
    public void Start_NamesTheLine_WhenItIsNoJson(string definition, string fault) =>
        Load(definition).Should().Be($"Sources__shop__Definition, {{file}}: {fault}");

    [Test]
    public void Start_TakesTheDefinition_WhenItIsRight() => Load(Definition).Should().BeEmpty();

    private static string Load(string definition)
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "shop.json");
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(definition));
        try
        {
            TestSource.Catalog(
                ("Sources:shop:Provider", "custom"), ("Sources:shop:Definition", file), ("Sources:shop:Secrets:0", "a-secret"));
            return "";
        }
        catch (SettingException exception)
        {
            return exception.Message.Replace(file, "{file}", StringComparison.Ordinal);
        }
    }
}
