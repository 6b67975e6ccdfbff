using System.Globalization;
using System.Text;
using FluentAssertions;
using Json.Schema;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Sources;

/// <summary>Any body and any definition that fits the schema give a result; nothing throws.</summary>
internal sealed class SourceReadProperties
{
    private const int Cases = 3_000;

    private static readonly string[] Names = ["a", "b", "type", "0", "", "a/b", "m~n", "é", "\\uD800", "\\u0041", "*"];

    private static readonly string[] Texts =
    [
        "a", "b", "", " ", "USD", "jpy", "KWD", "1", "150.50", "2005", "\\uD800", "\\uDC00\\uD800", "\\u0000", "\\u202E", "true", "x y",
        "99999999999999999999", "2026-01-15T10:30:00Z", "9999-99-99T99:99:99Z", new('z', 300),
    ];

    private static readonly string[] Numbers =
        ["0", "1", "-1", "150", "1.5", "1.505", "1e3", "1E400", "-0", "0.000000000000000000000001", "99999999999999", "253402300800", "1e-400"];

    private static readonly string[] Values =
    [
        "\"/a\"", "\"/b\"", "\"/type\"", "\"/a/b\"", "\"/a~1b\"", "\"/0\"", "\"/a/0\"", "\"/m~0n\"", "\"/\"", "\"/é\"", "\"=USD\"", "\"=x\"",
        "\"=150\"", "\"header:x-a\"", "[\"/a\",\"/b\",\"=EUR\"]", "[\"header:x-a\",\"/type\"]", "\"/A\"", "\"/*\"",
    ];

    private static readonly JsonSchema Schema = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "source-definition.schema.json")));

    [Test]
    public void Read_NeverThrows_ForAnyBodyAndAnyDefinition([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Cases / 3; i++)
        {
            var definition = Definition(random);
            var body = Body(random);
            var source = TestSource.Of(definition);

            var act = () =>
            {
                var reading = source.Read(TestSource.Headers(("x-a", Pick(random, Texts[..6]))), body, TestSource.Now, null);
                Source.QuarantineKey(body).Should().HaveCount(32);
                return reading.Items.Count;
            };

            act.Should().NotThrow($"{definition}\n{Encoding.UTF8.GetString(body)}").Which.Should().BePositive();
        }
    }

    [Test]
    public void Definitions_ThatFitTheSchema_AreRead()
    {
        var random = new Random(4);
        for (var i = 0; i < 100; i++)
        {
            var definition = Definition(random);
            using var json = System.Text.Json.JsonDocument.Parse(definition);
            Schema.Evaluate(json.RootElement).IsValid.Should().BeTrue(definition);
            SourceDefinition.Parse(Encoding.UTF8.GetBytes(definition)).Events.Should().NotBeEmpty();
        }
    }

    /// <summary>A random definition that fits the schema; without a signature.</summary>
    internal static string Definition(Random random)
    {
        var map = string.Join(',', new[] { "transaction_id", "source_account", "destination_account", "amount", "currency" }
            .Select(name => $"\"{name}\":{Pick(random, Values)}"));
        var when = random.Next(3) == 0 ? $"\"when\":{{\"/{Pick(random, ["a", "b"])}\":[\"a\",\"1\"]}}," : "";
        var items = Pick(random, ["", "", "/*", "/a/*", "/*/a", "/a", "/b/*/a"]);
        return $$"""
            {"items":"{{items}}","type":{{Pick(random, Values)}},"event_id":{{Pick(random, Values)}},"occurred_at":{{Pick(random, Values)}},
            "decimals":{"JPY":{{random.Next(5)}}},"events":[{ {{when}}"types":["{{Pick(random, ["*", "a", "1"])}}"],
            "prefix":{{(random.Next(2) == 0 ? "true" : "false")}},"amount_unit":"{{Pick(random, ["minor", "major"])}}","map":{ {{map}} } }]}
            """;
    }

    /// <summary>A random body, most often JSON.</summary>
    internal static byte[] Body(Random random)
    {
        var json = Encoding.UTF8.GetBytes(Json(random, depth: random.Next(7)));
        if (random.Next(5) == 0 && json.Length > 0)
        {
            json[random.Next(json.Length)] = (byte)random.Next(256);
        }

        return random.Next(20) == 0 ? json[..random.Next(json.Length)] : json;
    }

    private static string Json(Random random, int depth) => (depth == 0 ? random.Next(4) : random.Next(8)) switch
    {
        0 => $"\"{Pick(random, Texts)}\"",
        1 => Pick(random, Numbers),
        2 => Pick(random, ["true", "false", "null"]),
        3 => $"\"{random.Next().ToString(CultureInfo.InvariantCulture)}\"",
        4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, depth - 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{Pick(random, Names)}\":{Json(random, depth - 1)}"))}}}",
    };

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
