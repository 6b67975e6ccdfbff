using System.Buffers;

namespace WebhookService.Api.Contracts;

/// <summary>Reads and parses a request body without copying it, as long as it lies in one piece.</summary>
internal static class RequestBody
{
    /// <summary>The parsed body; null when it is larger than <paramref name="maxSize"/>.</summary>
    /// <exception cref="BadHttpRequestException">The body did not arrive as its headers said.</exception>
    public static async ValueTask<ParsedTransaction?> ReadAsync(HttpRequest request, int maxSize, TimeProvider clock)
    {
        if (request.ContentLength > maxSize)
        {
            return null;
        }

        var body = request.BodyReader;
        while (true)
        {
            var result = await body.ReadAsync(request.HttpContext.RequestAborted);
            if (result.Buffer.Length > maxSize)
            {
                body.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                var parsed = Parse(result.Buffer, clock.GetUtcNow());
                body.AdvanceTo(result.Buffer.End);
                return parsed;
            }

            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static ParsedTransaction Parse(ReadOnlySequence<byte> body, DateTimeOffset receivedAt) =>
        TransactionParser.Parse(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), receivedAt);
}
