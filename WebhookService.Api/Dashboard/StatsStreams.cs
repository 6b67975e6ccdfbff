using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Statistics;

namespace WebhookService.Api.Dashboard;

/// <summary>Writes samples to whoever reads along, as server-sent events.</summary>
/// <remarks>
/// Each sample becomes text once, for all. Nothing is queued for a reader: while its connection takes no more, it
/// waits, and then goes on with the latest sample. The web server ends a connection that takes nothing for long.
/// </remarks>
public sealed class StatsStreams(
    StatsFeed feed, IOptions<DashboardOptions> options, IOptions<JsonOptions> json, IHostApplicationLifetime lifetime)
{
    // A reader that has not taken this much yet gets no more.
    private const int MaxUnread = 16_384;

    private readonly ConditionalWeakTable<StatsSample, Lazy<byte[]>> _texts = [];
    private int _open;

    /// <summary>Takes a place among the readers; false when there is none left.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= options.Value.MaxStreams)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    internal void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>Writes what is kept, then each new sample, until the reader goes away or the service stops.</summary>
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
            // The reader went away, or the service stops: either way it has had what there was.
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

        // The connection's thread may have come back with it, and is needed by every sender; see InlineTransport.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return !flushed.IsCompleted;
    }

    private byte[] TextOf(StatsSample sample) => _texts.GetValue(sample, key => new Lazy<byte[]>(
        () => JsonSerializer.SerializeToUtf8Bytes(SampleResponse.From(key), json.Value.JsonSerializerOptions))).Value;
}
