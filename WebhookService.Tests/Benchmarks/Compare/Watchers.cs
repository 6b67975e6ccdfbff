using System.Net.Sockets;
using System.Text;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>Clients that watch the service while it is measured.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _client;
    private readonly Socket? _deaf;
    private Task[] _watching = [];

    private Watchers(int port, Socket? deaf)
    {
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _deaf = deaf;
    }

    /// <summary>Reads /metrics every second, the most frequent scrape that Prometheus would do.</summary>
    public static Task<IAsyncDisposable> ReadMetricsAsync(int port)
    {
        var watchers = new Watchers(port, deaf: null);
        watchers._watching = [watchers.ScrapeAsync()];
        return Task.FromResult<IAsyncDisposable>(watchers);
    }

    /// <summary>Opens dashboards, and one connection that requests the stream and never reads it.</summary>
    public static async Task<IAsyncDisposable> OpenAsync(int port, int dashboards)
    {
        var deaf = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1024 };
        await deaf.ConnectAsync("127.0.0.1", port);
        await deaf.SendAsync(Encoding.ASCII.GetBytes("GET /v1/stats/stream HTTP/1.1\r\nHost: x\r\n\r\n"));
        var watchers = new Watchers(port, deaf);
        watchers._watching = [.. Enumerable.Range(0, dashboards).Select(_ => watchers.ReadStreamAsync())];
        return watchers;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var watching in _watching)
        {
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (watching.IsFaulted)
            {
                throw new InvalidOperationException("A watcher failed.", watching.Exception);
            }
        }

        _deaf?.Dispose();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task ScrapeAsync()
    {
        while (true)
        {
            _ = await _client.GetStringAsync("/metrics", _end.Token);
            await Task.Delay(ScrapeInterval, TimeProvider.System, _end.Token);
        }
    }

    private async Task ReadStreamAsync()
    {
        using var stream = await _client.GetStreamAsync("/v1/stats/stream", _end.Token);
        await stream.CopyToAsync(Stream.Null, _end.Token);
    }
}
