using System.Text;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Api;

/// <summary>Requests that must be refused: the status they get and, for 422, the field that is named.</summary>
internal static class MalformedRequests
{
    private const string Valid = """
        "transaction_id":"t1","source_account":"a","destination_account":"b","amount":1.5,"currency":"INR"
        """;

    public static IEnumerable<TestCaseData> All =>
        [.. Grammar(), .. Repeated(), .. Types(), .. Amounts(), .. Ids(), .. Accounts(), .. Currencies(), .. Media()];

    private static TestCaseData Case(string name, int status, byte[] body, string? field = null, string? type = null) =>
        new TestCaseData(body, type ?? "application/json", status, field).SetArgDisplayNames(name);

    private static TestCaseData Text(string name, int status, string body, string? field = null) =>
        Case(name, status, Encoding.UTF8.GetBytes(body), field);

    private static IEnumerable<TestCaseData> Grammar()
    {
        (string Name, string Body)[] broken =
        [
            ("empty", ""), ("spaces", "   "), ("line breaks", "\r\n\t"), ("word", "hello"), ("open object", "{"),
            ("open string", "{\"a"), ("open value", "{" + Valid), ("close only", "}"), ("two roots", "{}{}"),
            ("trailing word", "{" + Valid + "} x"), ("trailing comma", "{" + Valid + ",}"), ("leading comma", "{," + Valid + "}"),
            ("double comma", "{\"a\":1,," + Valid + "}"), ("line comment", "{" + Valid + "} // c"),
            ("block comment", "/* c */{" + Valid + "}"), ("single quotes", "{'transaction_id':'t1'}"),
            ("bare name", "{transaction_id:\"t1\"}"), ("no colon", "{\"transaction_id\" \"t1\"}"),
            ("no value", "{\"transaction_id\":}"), ("raw line feed in string", "{\"transaction_id\":\"a\nb\"}"),
            ("raw NUL in string", "{\"transaction_id\":\"a\0b\"}"), ("bad escape", "{\"transaction_id\":\"\\x\"}"),
            ("short unicode escape", "{\"transaction_id\":\"\\u12\"}"), ("capital True", "{\"a\":True}"),
            ("undefined", "{\"a\":undefined}"), ("NaN", Payment.With("amount", "NaN")),
            ("Infinity", Payment.With("amount", "Infinity")), ("minus Infinity", Payment.With("amount", "-Infinity")),
            ("hex number", Payment.With("amount", "0x10")), ("plus sign", Payment.With("amount", "+1")),
            ("leading zero", Payment.With("amount", "01")), ("bare point", Payment.With("amount", ".5")),
            ("point without digits", Payment.With("amount", "5.")), ("exponent without digits", Payment.With("amount", "1e")),
            ("comma as point", Payment.With("amount", "1,5")), ("two points", Payment.With("amount", "1.5.1")),
            ("underscore in number", Payment.With("amount", "1_000")), ("two minus signs", Payment.With("amount", "--1")),
            ("deep arrays", "{\"a\":" + new string('[', 40) + new string(']', 40) + "}"),
            ("deep objects", string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40)),
            ("mismatched brackets", "{\"a\":[1}"), ("form data", "transaction_id=t1&amount=1"), ("xml", "<a/>"),
        ];
        foreach (var (name, body) in broken)
        {
            yield return Text($"grammar: {name}", 400, body);
        }

        byte[] prefix = [.. "{\"transaction_id\":\""u8];
        byte[] suffix = [.. "\"}"u8];
        (string Name, byte[] Bytes)[] invalid =
        [
            ("lone continuation", [0x80]), ("overlong slash", [0xC0, 0xAF]), ("cut off", [0xE2, 0x82]),
            ("surrogate", [0xED, 0xA0, 0x80]), ("beyond Unicode", [0xF4, 0x90, 0x80, 0x80]), ("FF", [0xFF]),
            ("Latin-1", [0xE9]),
        ];
        foreach (var (name, bytes) in invalid)
        {
            yield return Case($"UTF-8: {name}", 400, [.. prefix, .. bytes, .. suffix]);
        }

        yield return Case("UTF-16 body", 400, Encoding.Unicode.GetBytes("{" + Valid + "}"));
        foreach (var root in new[] { "[]", "\"x\"", "1", "null", "true", "[{" + Valid + "}]" })
        {
            yield return Text($"root: {root[..Math.Min(4, root.Length)]}", 422, root, "$");
        }
    }

    private static IEnumerable<TestCaseData> Repeated()
    {
        (string Name, string Members)[] repeats =
        [
            ("same", "\"amount\":2"), ("other case", "\"AMOUNT\":2"), ("title case", "\"Currency\":\"INR\""),
            ("escaped", "\"amoun\\u0074\":2"), ("escaped other case", "\"AMOUN\\u0054\":2"),
            ("id", "\"transaction_id\":\"t1\""), ("source", "\"Source_Account\":\"a\""),
            ("destination", "\"destination_account\":null"), ("unknown twice", "\"x\":1,\"x\":1"),
            ("unknown other case", "\"note\":1,\"Note\":1"), ("unknown escaped", "\"x\":1,\"\\u0078\":1"),
            ("lone surrogate twice", "\"\\uD800\":1,\"\\uD800\":1"), ("empty name twice", "\"\":1,\"\":2"),
        ];
        foreach (var (name, members) in repeats)
        {
            yield return Text($"repeated: {name}", 400, "{" + Valid + "," + members + "}");
            yield return Text($"repeated first: {name}", 400, "{" + members + "," + Valid + "}");
        }
    }

    private static IEnumerable<TestCaseData> Types()
    {
        string[] members = ["transaction_id", "source_account", "destination_account", "amount", "currency"];
        string[] wrong = ["null", "true", "false", "{}", "[]", "[\"a\"]", "{\"a\":1}", "\"\""];
        foreach (var member in members)
        {
            yield return Text($"{member}: missing", 422, Payment.With(member, null), member);
            yield return Text($"{member}: other case only", 422, Payment.With(member, null)[..^1] + $",\"{member.ToUpperInvariant()}\":1}}", member);
            foreach (var value in member == "amount" ? wrong : [.. wrong, "1", "1.5"])
            {
                yield return Text($"{member}: {value}", 422, Payment.With(member, value), member);
            }
        }

        yield return Text("no members", 422, "{}", "transaction_id");
    }

    private static IEnumerable<TestCaseData> Amounts()
    {
        string[] numbers =
        [
            "0", "0.0", "0.00", "-1", "-0", "-0.01", "1e3", "1E2", "1e-2", "1.5e1", "150.505", "1.000", "0.001", "0.010",
            "12345678901234567", "12345678901234567.00", "99999999999999999999999999", "1e999", "0e0",
        ];
        string[] texts =
        [
            " 1", "1 ", "+1", "-1", "01", "00.5", ".5", "5.", "1,5", "1.505", "1e3", "0x1", "NaN", "one", "1.5\\n",
            "\\u0031", "١", "１", "1_0", "1 000", "12345678901234567", "0", "0.00", "$1", "1.5INR", "1.-5", "1.+5", "--1",
        ];
        return
        [
            .. numbers.Select(n => Text($"amount: {n}", 422, Payment.With("amount", n), "amount")),
            .. texts.Select(t => Text($"amount text: '{t}'", 422, Payment.With("amount", $"\"{t}\""), "amount")),
        ];
    }

    private static IEnumerable<TestCaseData> Ids()
    {
        string[] ids =
        [
            new('a', 65), " ", "a b", "a\\n", "\\na", "a\\u0000", "ä", "a/b", "a%20b", "a#b", "a?b", "a\\\\b", "a\\\"b", "a;b",
            "a,b", "a@b", "a+b", "a=b", "a*b", "<a>", "日本", "\\ud83d\\ude00", "\\ud800", "a\\u200b", "ａ", "a\\u00a0",
        ];
        return ids.Select(id => Text($"id: {id}", 422, Payment.With("transaction_id", $"\"{id}\""), "transaction_id"));
    }

    private static IEnumerable<TestCaseData> Accounts()
    {
        string[] accounts =
        [
            " ", "\\t", "\\u00a0", "\\u2003\\u2003", "a\\u0000b", "a\\nb", "\\u007f", "a\\u0085", "a\\u001f", "\\ud800",
            "\\udc00", "a\\ud800b", "\\udc00\\ud800", new('a', 65), new('é', 65),
            string.Concat(Enumerable.Repeat("\\ud83d\\ude00", 65)), new('a', 1000),
        ];
        string[] members = ["source_account", "destination_account"];
        return members.SelectMany(member => accounts.Select(
            account => Text($"{member}: {account}", 422, Payment.With(member, $"\"{account}\""), member)));
    }

    private static IEnumerable<TestCaseData> Currencies()
    {
        string[] codes =
        [
            "IN", "INRR", "I", "XXX", "XTS", "ZZZ", "AAA", "DEM", "FRF", "BGN", "HRK", "ANG", "ZWL", "356", "I R", " INR",
            "INR ", "ıNR", "İNR", "USS", "US$", "₹₹₹", "ＩＮＲ", "inr\\n", "\\u0000\\u0000\\u0000", "\\ud800NR", "BTC",
        ];
        return codes.Select(code => Text($"currency: {code}", 422, Payment.With("currency", $"\"{code}\""), "currency"));
    }

    private static IEnumerable<TestCaseData> Media()
    {
        var body = Encoding.UTF8.GetBytes("{" + Valid + "}");
        string[] types =
        [
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
            "application/json; charset=utf-16", "application/jsonx", "application/octet-stream", "text/html",
            "application/json; charset=iso-8859-1", "json/application", "none", "*/*",
        ];
        foreach (var type in types)
        {
            yield return Case($"content type: {type}", 415, body, null, type);
        }

        foreach (var size in new[] { 16_385, 20_000, 100_000 })
        {
            yield return Text($"size: {size}", 413, ("{" + Valid + "}").PadRight(size));
        }
    }
}
