using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using FluentAssertions;

namespace WebhookService.Tests.Support;

/// <summary>Posts unique transactions from many connections and remembers what was promised.</summary>
internal sealed class Load(HttpClient client, string prefix)
{
    private int _next;
    private long _slowest;

    /// <summary>Ids that were answered 202.</summary>
    public ConcurrentBag<string> Accepted { get; } = [];

    /// <summary>Every other answer.</summary>
    public ConcurrentBag<HttpResponseMessage> Refused { get; } = [];

    /// <summary>How many were sent, answered or not.</summary>
    public int Sent => _next;

    public TimeSpan Slowest => Stopwatch.GetElapsedTime(0, _slowest);

    /// <summary>Posts so many transactions.</summary>
    public Task PostAsync(int count, int connections = 64) => RunAsync(connections, () => _next < count);

    /// <summary>Posts until it is told to stop or the service is gone.</summary>
    public Task PostUntilAsync(CancellationToken stop, int connections = 64) =>
        RunAsync(connections, () => !stop.IsCancellationRequested);

    /// <summary>
    /// Nobody was refused, on a machine that has time. One that has not answers a few with an honest 503, whatever else
    /// goes on.
    /// </summary>
    public void CheckRefusals()
    {
        Refused.Should().NotContain(answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable);
        Refused.Count.Should().BeLessThan(Accepted.Count / 100);
    }

    private Task RunAsync(int connections, Func<bool> goesOn) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => PostWhileAsync(goesOn))));

    private async Task PostWhileAsync(Func<bool> goesOn)
    {
        while (goesOn())
        {
            var id = $"{prefix}_{Interlocked.Increment(ref _next)}";
            var start = Stopwatch.GetTimestamp();
            try
            {
                var response = await client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id)));
                Note(id, response, Stopwatch.GetTimestamp() - start);
            }
            catch (HttpRequestException)
            {
                // Killed under the request: nothing was promised for this id.
                return;
            }
        }
    }

    private void Note(string id, HttpResponseMessage response, long duration)
    {
        InterlockedMax(duration);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            Accepted.Add(id);
            response.Dispose();
        }
        else
        {
            Refused.Add(response);
        }
    }

    private void InterlockedMax(long duration)
    {
        long seen;
        while ((seen = Volatile.Read(ref _slowest)) < duration
            && Interlocked.CompareExchange(ref _slowest, duration, seen) != seen)
        {
            // Another thread was faster; look again.
        }
    }
}
