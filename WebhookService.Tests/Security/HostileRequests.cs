using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Security;

/// <summary>Requests that no honest client sends, byte for byte, and the status of the one answer to each.</summary>
internal static class HostileRequests
{
    /// <summary>In every request that is smuggled behind another; it must never be stored.</summary>
    public const string Smuggled = "txn_smuggled";

    private const string Post = "POST /v1/webhooks/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    private static readonly Lazy<byte[]> Bomb = new(MakeBomb);

    public static IEnumerable<TestCaseData> All =>
        Cases().Select(it => new TestCaseData(it.Name, it.Statuses).SetArgDisplayNames(it.Name));

    private static string Behind => Signed(Payment.Json(Smuggled), "");

    /// <summary>The bytes of a case, signed now: those made when tests are discovered are stale minutes later.</summary>
    public static byte[] Make(string name) => Cases().Single(it => it.Name == name).Request;

    private static IEnumerable<HostileRequest> Cases() =>
        [.. Smuggling(), .. Framing(), .. Oversized(), .. Paths(), .. Queries(), .. Methods(), .. Injections(), .. Bombs()];

    private static HostileRequest Case(string name, string request, params int[] statuses) =>
        new(name, Encoding.Latin1.GetBytes(request), statuses);

    private static string Signed(string body, string headers) =>
        Post + Lines(TestSecrets.Sign(body, TimeProvider.System.GetUtcNow()))
            + headers + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private static string Get(string path, string headers = "") =>
        $"GET {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {TestSecrets.ReadKey}\r\n{headers}Connection: close\r\n\r\n";

    private static string Lines((string Name, string Value)[] headers) =>
        string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));

    // Where one server sees the end of a request and another does not, what follows is a request for one of them only.
    private static IEnumerable<HostileRequest> Smuggling() =>
    [
        Case("CL and TE: chunks end first", $"{Post}Content-Length: 400\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Behind}", 401),
        Case("TE and CL: length ends first", $"{Post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{Behind}", 401),
        Case("two lengths", $"{Post}Content-Length: 0\r\nContent-Length: 400\r\n\r\n{Behind}", 400),
        Case("the same length twice", $"{Post}Content-Length: 0\r\nContent-Length: 0\r\n\r\n{Behind}", 400),
        Case("lengths in a list", $"{Post}Content-Length: 0, 400\r\n\r\n{Behind}", 400),
        Case("negative length", $"{Post}Content-Length: -1\r\n\r\n{Behind}", 400),
        Case("length beyond 64 bits", $"{Post}Content-Length: 99999999999999999999\r\n\r\n{Behind}", 400),
        Case("length with a sign", $"{Post}Content-Length: +{Behind.Length}\r\n\r\n{Behind}", 400),
        Case("length with a sign, of nothing", $"{Post}Content-Length: +0\r\n\r\n{Behind}", 400),
        Case("chunked behind another coding", $"{Post}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("chunked twice", $"{Post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("chunked in a second header", $"{Post}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("chunked behind an empty coding", $"{Post}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("hexadecimal length", $"{Post}Content-Length: 0x0\r\n\r\n{Behind}", 400),
        Case("unknown transfer coding", $"{Post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("chunked is not last", $"{Post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("two transfer codings", $"{Post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("space before the colon", $"{Post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("vertical tab in the coding", $"{Post}Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("bare LF after the first line", $"POST /v1/webhooks/transactions HTTP/1.1\nHost: x\r\n\r\n{Behind}", 400),
        Case("bare LF after a header", $"GET / HTTP/1.1\r\nHost: x\nContent-Length: 400\r\n\r\n{Behind}", 400),
        Case("bare LF at the end of the headers", $"GET / HTTP/1.1\r\nHost: x\r\n\n{Behind}", 400),
        Case("bare CR in a header", $"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rContent-Length: 400\r\n\r\n{Behind}", 400),
        Case("folded header", $"{Post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{Behind}", 400),
        Case("chunk size with a bare LF", $"{Post}Transfer-Encoding: chunked\r\n\r\n0\n\n{Behind}", 401),
        Case("chunk size that is none", $"{Post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{Behind}", 401),
        Case("chunk size beyond 31 bits, signed", $"{Post}{Lines(TestSecrets.Sign("", TimeProvider.System.GetUtcNow()))}"
            + $"Transfer-Encoding: chunked\r\n\r\n80000000\r\n{Behind}", 400),
        Case("chunk size that overflows", $"{Post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{Behind}", 401),
        Case("upgrade to another protocol", $"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n", 200),
    ];

    private static IEnumerable<HostileRequest> Framing() =>
    [
        Case("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        Case("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        Case("host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        Case("another host in the first line", "GET http://evil/v1/transactions HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        Case("NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n", 400),
        Case("NUL in the path", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        Case("header without a name", "GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n", 400),
        Case("header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nabc\r\n\r\n", 400),
        Case("header that is not UTF-8", "GET / HTTP/1.1\r\nHost: x\r\nX-Api-Key: \xff\xfe\r\n\r\n", 400),
        Case("signature that is not UTF-8", $"{Post}webhook-id: \xff\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,\xff\r\n\r\n", 400),
        Case("version 0.9", "GET /\r\n\r\n", 400),
        Case("version 3.0", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        Case("lower case version", "GET / http/1.1\r\nHost: x\r\n\r\n", 400, 505),
        Case("TLS where none is", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n", 400),
        Case("body that ends early", Signed(Payment.Json("txn_short"), "")[..^10], 408),
    ];

    private static IEnumerable<HostileRequest> Oversized() =>
    [
        Case("header of 20 kB", Get("/", $"X-A: {new string('a', 20_000)}\r\n"), 431),
        Case("headers of 20 kB", Get("/", string.Concat(Enumerable.Range(0, 40).Select(i => $"X-{i}: {new string('a', 500)}\r\n"))), 431),
        Case("100 headers", Get("/", string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: a\r\n"))), 431),
        Case("path of 9 kB", Get("/" + new string('a', 9_000)), 414),
        Case("method of 9 kB", $"{new string('A', 9_000)} / HTTP/1.1\r\nHost: x\r\n\r\n", 400, 414),
        Case("body of 20 kB", Signed(new string(' ', 20_000), "Connection: close\r\n"), 413),
        Case("body of 20 kB, unsigned", $"{Post}Connection: close\r\nContent-Length: 20000\r\n\r\n{new string(' ', 20_000)}", 401),
        Case("body said to be 1 GB", $"{Post}{Lines(TestSecrets.Sign("", TimeProvider.System.GetUtcNow()))}Content-Length: 1000000000\r\n\r\n", 413),
        Case("signature of 15 kB", $"{Post}Connection: close\r\nwebhook-id: a\r\nwebhook-timestamp: {Now()}\r\n"
            + $"webhook-signature: {string.Join(' ', Enumerable.Repeat("v1,", 3_000))}\r\nContent-Length: 2\r\n\r\n{{}}", 401),
        Case("key of 15 kB", $"GET /v1/stats HTTP/1.1\r\nHost: x\r\nX-Api-Key: {new string('k', 15_000)}\r\nConnection: close\r\n\r\n", 401),
    ];

    private static IEnumerable<HostileRequest> Paths()
    {
        string[] ids =
        [
            "..%2f..%2fetc%2fpasswd", "..%5c..%5cwindows", "%2e%2e%2f", "a%00b", "a%0d%0aX-Evil:%201", "a%0a", "%20", "a'--",
            "1%20OR%201=1", "%27%20UNION%20SELECT%20*", "<script>", "%3Cscript%3E", "%c0%af", "%ff", "%F0%9F%92%B8", "${jndi:ldap:x}",
            "{{7*7}}", "a%252f", new string('a', 65), "~root", "txn;v=1", "*", "%25n%25n", "a+b", "@",
        ];
        foreach (var id in ids)
        {
            yield return Case($"id {id}", Get($"/v1/transactions/{id}"), 404, 400);
        }

        (string Path, int Status)[] paths =
        [
            ("/v1/../v1/stats", 400), ("/v1/./stats", 400), ("/v1/transactions/%2E", 400),
            ("/v1/transactions/%2e.", 400), ("/v1//stats", 404), ("//v1/stats", 404), ("/v1/stats/", 200), ("/V1/STATS", 200),
            ("/v1/transactions/../../etc/passwd", 400), ("/swagger/../../appsettings.json", 400), ("/swagger/..%2f..%2fappsettings.json", 404),
            ("/appsettings.json", 404), ("/transactions.db", 404), ("/.git/config", 404), ("/swagger/%2e%2e/v1/stats", 400),
            ("/v1/stats%00", 400), ("/v1/stats#x", 404),
        ];
        foreach (var (path, status) in paths)
        {
            yield return Case($"path {path}", Get(path), status, 400);
        }

        yield return Case("path around the key", $"GET /swagger/../v1/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400);
        yield return Case("encoded path around the key", $"GET /swagger/%2e%2e/v1/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400);
        yield return Case(
            "action for one that became the action for all",
            $"POST /v1/transactions/%2E/dismiss HTTP/1.1\r\nHost: x\r\nX-Api-Key: {TestSecrets.OperateKey}\r\n"
                + "Content-Length: 0\r\nConnection: close\r\n\r\n",
            400);
    }

    private static IEnumerable<HostileRequest> Queries() =>
    [
        Case("query of 7 kB", Get("/v1/transactions?source_account=" + new string('a', 7_000)), 200),
        Case("query of 9 kB", Get("/v1/transactions?x=" + new string('a', 9_000)), 414),
        Case("1,000 parameters", Get("/v1/transactions?" + string.Join('&', Enumerable.Repeat("limit=1", 1_000))), 400),
        Case("cursor that is none", Get("/v1/transactions?cursor=AAAA"), 400),
        Case("SQL in a filter", Get("/v1/transactions?source_account=%27%20OR%201=1--"), 200),
        Case("SQL in a status", Get("/v1/transactions?status=FAILED%27"), 400),
        Case("NUL in a filter", Get("/v1/transactions?source_account=a%00"), 400, 200),
        Case("key in the query", $"GET /v1/stats?api_key={TestSecrets.ReadKey} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 401),
    ];

    private static IEnumerable<HostileRequest> Methods()
    {
        string[] methods = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "CONNECT"];
        foreach (var method in methods)
        {
            foreach (var path in new[] { "/v1/transactions", "/v1/webhooks/transactions" })
            {
                yield return Case($"{method} {path}", Get(path).Replace("GET", method, StringComparison.Ordinal), 405);
            }
        }

        yield return Case("method override", Get("/v1/transactions", "X-HTTP-Method-Override: DELETE\r\n"), 200);
        yield return Case("GET for a retry", Get("/v1/transactions/retry"), 404);
        yield return Case("POST where one reads", Get("/v1/stats").Replace("GET", "POST", StringComparison.Ordinal), 405);
    }

    private static IEnumerable<HostileRequest> Injections()
    {
        string[] texts = ["\x1b[31mred", "%0d%0awarn: forged", "\u00e9", "{TransactionId}", "%s%n", "\" } { \""];
        foreach (var text in texts)
        {
            yield return Case($"header {text}", Get("/v1/stats", $"X-Forwarded-For: {text}\r\nUser-Agent: {text}\r\n"), 200, 400);
        }

        yield return Case("forwarded address that nobody vouches for", Get("/v1/stats", "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"), 200);
        yield return Case("forged line in an id", Signed(Payment.With("transaction_id", "\"a\\nwarn: forged\""), "Connection: close\r\n"), 422);
        yield return Case("forged line in an account", Signed(Payment.With("source_account", "\"a\\r\\nwarn: forged\""), "Connection: close\r\n"), 422);
        yield return Case("template in an account", Signed(Payment.With("source_account", "\"{TransactionId}{0}\""), "Connection: close\r\n"), 202);
    }

    private static IEnumerable<HostileRequest> Bombs()
    {
        foreach (var coding in new[] { "gzip", "br", "deflate", "gzip, gzip", "identity" })
        {
            var bomb = Bomb.Value;
            var headers = Lines(TestSecrets.Sign(bomb, TimeProvider.System.GetUtcNow()));
            yield return Case(
                $"10 MB in {bomb.Length} bytes, {coding}",
                $"{Post}{headers}Content-Encoding: {coding}\r\nConnection: close\r\nContent-Length: {bomb.Length}\r\n\r\n{Encoding.Latin1.GetString(bomb)}",
                415);
        }

        yield return Case("deeply nested", Signed(new string('[', 8_000) + new string(']', 8_000), "Connection: close\r\n"), 400);
        var members = string.Join(',', Enumerable.Range(0, 1_500).Select(i => $"\"m{i}\":1"));
        yield return Case("1,500 members", Signed($"{{{members}}}", "Connection: close\r\n"), 422);
    }

    private static byte[] MakeBomb()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize))
        {
            gzip.Write(new byte[10_000_000]);
        }

        return bomb.ToArray();
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private sealed record HostileRequest(string Name, byte[] Request, int[] Statuses);
}
