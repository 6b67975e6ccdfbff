using System.Buffers;
using System.IO.Pipelines;

namespace WebhookService.Api.Http;

/// <summary>Reads a request body, without copying it if it is in one segment.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Applies <paramref name="look"/> to the whole body; null when it is larger than <paramref name="maxSize"/>.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body does not match its headers.</exception>
    public static ValueTask<TResult?> ReadAsync<TState, TResult>(
        HttpRequest request, int maxSize, TState state, Func<ReadOnlySequence<byte>, TState, TResult> look)
        where TResult : struct => ReadAsync(request, maxSize, state, look, isLast: true);

    /// <summary>
    /// Applies <paramref name="look"/> to the whole body, which can then be read again; null when it is larger
    /// than <paramref name="maxSize"/>.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body does not match its headers.</exception>
    public static ValueTask<TResult?> PeekAsync<TState, TResult>(
        HttpRequest request, int maxSize, TState state, Func<ReadOnlySequence<byte>, TState, TResult> look)
        where TResult : struct => ReadAsync(request, maxSize, state, look, isLast: false);

    public static ReadOnlySpan<byte> InOnePiece(ReadOnlySequence<byte> body) =>
        body.IsSingleSegment ? body.FirstSpan : body.ToArray();

    private static async ValueTask<TResult?> ReadAsync<TState, TResult>(
        HttpRequest request,
        int maxSize,
        TState state,
        Func<ReadOnlySequence<byte>, TState, TResult> look,
        bool isLast)
        where TResult : struct
    {
        if (request.ContentLength > maxSize)
        {
            return null;
        }

        var body = request.BodyReader;
        while (true)
        {
            var result = await ReadAsync(body);
            if (result.Buffer.Length > maxSize)
            {
                body.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                var seen = look(result.Buffer, state);
                body.AdvanceTo(isLast ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
                return seen;
            }

            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    // Without RequestAborted: the read ends anyway when its sender disconnects, and a canceled one would still be
    // pending when Kestrel reads the rest of the body, which then logs an exception.
    private static async ValueTask<ReadResult> ReadAsync(PipeReader body)
    {
        try
        {
            return await body.ReadAsync(CancellationToken.None);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // Kestrel throws it for a chunk size beyond 31 bits, and for a sender that has disconnected.
            throw new BadHttpRequestException(
                "The body does not match its headers.", StatusCodes.Status400BadRequest, exception);
        }
    }
}
