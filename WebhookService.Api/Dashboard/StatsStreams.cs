using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebhookService.Api.Http;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Dashboard;

/// <summary>Streams samples to readers as server-sent events.</summary>
/// <remarks>
/// Each sample is serialized once for all readers. Nothing is queued for a slow reader: when its connection accepts
/// data again, it continues with the latest sample. The web server closes a connection that accepts none for long.
/// </remarks>
internal sealed class StatsStreams(
    StatsFeed feed, IOptions<DashboardOptions> options, IHostApplicationLifetime lifetime)
{
    // Bytes of history between two flushes, each of which waits for the reader.
    private const int MaxUnread = 16_384;

    private readonly ConditionalWeakTable<StatsSample, Lazy<byte[]>> _texts = [];
    private int _open;

    /// <summary>Takes a slot for a reader; false when none is free.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= options.Value.MaxStreams)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Releases the slot.</summary>
    internal void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>Writes the history, then each new sample, until the reader disconnects or the service stops.</summary>
    internal async Task WriteAsync(PipeWriter writer, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        try
        {
            var history = feed.GetHistory();
            var isOpen = await WriteHistoryAsync(writer, history, either.Token);
            for (var last = history.LastOrDefault(); isOpen;)
            {
                last = await feed.WaitForOtherAsync(last, either.Token);
                writer.Write("event: sample\ndata: "u8);
                writer.Write(TextOf(last));
                writer.Write("\n\n"u8);
                isOpen = await FlushAsync(writer, either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The reader disconnected, or the service is stopping.
        }
    }

    private async Task<bool> WriteHistoryAsync(
        PipeWriter writer, StatsSample[] history, CancellationToken cancellationToken)
    {
        writer.Write("event: history\ndata: ["u8);
        var unread = 0;
        for (var i = 0; i < history.Length; i++)
        {
            var text = TextOf(history[i]);
            writer.Write(i == 0 ? ""u8 : ","u8);
            writer.Write(text);
            unread += text.Length;
            if (unread >= MaxUnread)
            {
                unread = 0;
                if (!await FlushAsync(writer, cancellationToken))
                {
                    return false;
                }
            }
        }

        writer.Write("]\n\n"u8);
        return await FlushAsync(writer, cancellationToken);
    }

    private static async Task<bool> FlushAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        var flushed = await writer.FlushAsync(cancellationToken);

        // The flush may resume on the socket thread, which every sender needs; see InlineTransport.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return !flushed.IsCompleted;
    }

    private byte[] TextOf(StatsSample sample) => _texts.GetValue(sample, key => new Lazy<byte[]>(
        () => JsonSerializer.SerializeToUtf8Bytes(SampleResponse.From(key), AnswerJson.Options))).Value;
}
