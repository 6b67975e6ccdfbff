using System.Buffers;
using System.IO.Pipelines;

namespace WebhookService.Api.Http;

/// <summary>Reads a request body without copying it, as long as it lies in one piece.</summary>
internal static class RequestBody
{
    /// <summary>
    /// What <paramref name="look"/> makes of the whole body; null when it is larger than <paramref name="maxSize"/>.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body did not arrive as its headers said.</exception>
    public static ValueTask<TResult?> ReadAsync<TState, TResult>(
        HttpRequest request, int maxSize, TState state, Func<ReadOnlySequence<byte>, TState, TResult> look)
        where TResult : struct => ReadAsync(request, maxSize, state, look, isLast: true);

    /// <summary>
    /// What <paramref name="look"/> makes of the whole body, which is left to be read again; null when it is larger
    /// than <paramref name="maxSize"/>.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body did not arrive as its headers said.</exception>
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
            var result = await ReadAsync(body, request.HttpContext.RequestAborted);
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

    private static async ValueTask<ReadResult> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // Kestrel's word for a chunk whose size is beyond 31 bits, and for a sender that is gone.
            throw new BadHttpRequestException(
                "The body did not arrive as its headers said.", StatusCodes.Status400BadRequest, exception);
        }
    }
}
