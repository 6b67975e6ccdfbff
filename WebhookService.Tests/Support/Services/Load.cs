using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using FluentAssertions;

namespace WebhookService.Tests.Support.Services;

/// <summary>Posts unique transactions over many connections and records which of them were acknowledged.</summary>
internal sealed class Load(HttpClient client, string prefix)
{
    private int _next;
    private readonly Slowest _slowest = new();

    /// <summary>The ids that were answered with 202.</summary>
    public ConcurrentBag<string> Accepted { get; } = [];

    /// <summary>Every other answer.</summary>
    public ConcurrentBag<HttpResponseMessage> Refused { get; } = [];

    /// <summary>The number of transactions sent, answered or not.</summary>
    public int Sent => _next;

    public TimeSpan Slowest => _slowest.Duration;

    /// <summary>Posts the given number of transactions.</summary>
    public Task PostAsync(int count, int connections = 64) => RunAsync(connections, () => _next < count);

    /// <summary>Posts until <paramref name="stop"/> is cancelled or the service is gone.</summary>
    public Task PostUntilAsync(CancellationToken stop, int connections = 64) =>
        RunAsync(connections, () => !stop.IsCancellationRequested);

    /// <summary>
    /// Asserts that every refusal is a 503 and that there is fewer than one per 100 accepted transactions. Only an
    /// overloaded machine causes any.
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
                Note(id, response, start);
            }
            catch (HttpRequestException)
            {
                // The service was killed during the request: nothing was promised for this id.
                return;
            }
        }
    }

    private void Note(string id, HttpResponseMessage response, long start)
    {
        _slowest.NoteSince(start);
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
}
