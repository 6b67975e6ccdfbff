using System.Globalization;
using System.Text;
using WebhookService.Tests.Api;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Security;

/// <summary>Makes requests out of a corpus of good and bad ones, by turning bits, cutting, repeating and joining.</summary>
internal sealed class RequestMutator(int seed)
{
    private const int MaxMutations = 6;

    private static readonly byte[][] Bodies =
    [
        .. MalformedRequests.All.Select(request => (byte[])request.Arguments[0]!).Where(body => body.Length < 4_000).Prepend(
            Encoding.UTF8.GetBytes(Payment.Json())),
    ];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u0000", "\\ud800", "null", "true", "-", "1e999", "0.001", "99999999999999999999",
        "\"amount\":", "\"transaction_id\":", "\"currency\":\"INR\"", "\r\n", "\0", "\xEF\xBB\xBF", "\xC0\xAF", "\xF0\x9F\x92\xB8", "/*", "%n",
    }.Select(Encoding.Latin1.GetBytes)];

    private static readonly string[] Headers =
    [
        "Content-Type: application/json", "Content-Type: application/json; charset=utf-8", "Content-Type: text/plain",
        "Content-Encoding: gzip", "Expect: 100-continue", "Transfer-Encoding: chunked", "webhook-id: msg_1", "webhook-timestamp: 1",
        "webhook-signature: v1,AAAA", "Authorization: Bearer x", "X-Api-Key: x", "Connection: keep-alive", "Accept: */*", "TE: trailers",
        "Range: bytes=0-", "Cookie: a=b", "Upgrade: h2c", "traceparent: 00-4a1b899f59c6b78d61b73ea981714ab9-9886047c18b62388-00",
        "Accept-Encoding: gzip;q=2", "If-None-Match: *", "X-Forwarded-For: ::1",
    ];

    private static readonly string[] Targets =
    [
        "POST /v1/webhooks/transactions", "POST /v1/webhooks/transactions", "POST /v1/webhooks/transactions",
        "GET /v1/transactions?limit=5&status=FAILED&created_from=2026-01-15T10:30:00Z", "GET /v1/transactions/txn_1/attempts",
        "POST /v1/transactions/retry?status=FAILED", "GET /swagger/v1/swagger.json", "GET /",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next request; the same ones in the same order for the same seed.</summary>
    public byte[] Next()
    {
        // Half of them are a good request with a bad body, so that they get as far as the parser.
        var body = Mutate(Pick(Bodies));
        if (_random.Next(2) == 0)
        {
            return [.. Head(Targets[0], body.Length, Headers[0]), .. body];
        }

        string[] extra = [.. Enumerable.Range(0, _random.Next(8)).Select(_ => Pick(Headers))];
        var length = _random.Next(4) == 0 ? _random.Next(-2, 40_000) : body.Length;
        byte[] request = [.. Head(Pick(Targets), length, extra), .. body];
        return _random.Next(3) == 0 ? request : Mutate(request);
    }

    private static byte[] Head(string target, int length, params string[] headers) => Encoding.Latin1.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n"
        + $"{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"));

    private byte[] Mutate(byte[] source)
    {
        List<byte> bytes = [.. source];
        for (var left = _random.Next(MaxMutations); left > 0; left--)
        {
            var at = _random.Next(bytes.Count + 1);
            var length = Math.Min(_random.Next(1, 32), bytes.Count - at);
            switch (_random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, Pick(Tokens));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)_random.Next(256), _random.Next(300)));
                    break;
                default:
                    var other = Pick(Bodies);
                    bytes.InsertRange(at, other[.._random.Next(other.Length + 1)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
