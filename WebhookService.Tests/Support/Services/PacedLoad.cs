using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace WebhookService.Tests.Support.Services;

/// <summary>Posts unique transactions at a fixed rate, however long answers take, and measures each answer's time.</summary>
internal sealed class PacedLoad(HttpClient client, string prefix)
{
    private int _next;

    /// <summary>The number of answers other than 202.</summary>
    public int Refused => Refusals.Count;

    /// <summary>The answers other than 202.</summary>
    public ConcurrentQueue<Refusal> Refusals { get; } = [];

    /// <summary>The 99th percentile.</summary>
    public static TimeSpan P99(IEnumerable<TimeSpan> latencies)
    {
        TimeSpan[] sorted = [.. latencies.Order()];
        return sorted[sorted.Length * 99 / 100];
    }

    /// <summary>Posts <paramref name="count"/> transactions at this rate and returns the time to each answer.</summary>
    public async Task<TimeSpan[]> PostAsync(int count, int perSecond)
    {
        var latencies = new TimeSpan[count];
        var posts = new List<Task>(count);
        var start = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (posts.Count < count)
        {
            var due = (int)Math.Min(count, (Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond) + 1);
            while (posts.Count < due)
            {
                posts.Add(PostAsync(latencies, posts.Count));
            }

            await ticks.WaitForNextTickAsync();
        }

        await Task.WhenAll(posts);
        return latencies;
    }

    private async Task PostAsync(TimeSpan[] latencies, int index)
    {
        var start = Stopwatch.GetTimestamp();
        var id = $"{prefix}_{Interlocked.Increment(ref _next)}";
        using var answer = await client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id)));
        latencies[index] = Stopwatch.GetElapsedTime(start);
        if (answer.StatusCode != HttpStatusCode.Accepted)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Refusals.Enqueue(new Refusal(id, TimeProvider.System.GetUtcNow(), latencies[index], $"{answer.StatusCode} {text}"));
        }
    }

    /// <summary>An answer other than 202: its id, its time, its delay after the request, and its text.</summary>
    public sealed record Refusal(string Id, DateTimeOffset At, TimeSpan After, string Text);
}
