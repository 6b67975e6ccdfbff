using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WebhookService.Tests.Support.Network;

/// <summary>A TCP proxy between the service and a server that cuts their connections on demand.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _pairs = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _cutAfter = long.MaxValue;
    private volatile byte[]? _lost;
    private volatile bool _isLosingAnswers;
    private volatile bool _isRefusing;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Cuts { get; private set; }

    /// <summary>Cuts all connections after this many more bytes of requests, somewhere within a request.</summary>
    public void CutAfter(int bytes) => Interlocked.Exchange(ref _cutAfter, bytes);

    /// <summary>
    /// Cuts all connections when the server answers a request that contains this text: the server has executed it, but
    /// its answer is lost. New connections are refused until <see cref="Allow"/>.
    /// </summary>
    public void LoseAnswerTo(string text) => _lost = Encoding.UTF8.GetBytes(text);

    /// <summary>Lets connections through again.</summary>
    public void Allow() => (_lost, _isLosingAnswers, _isRefusing) = (null, false, false);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void Cut()
    {
        foreach (var (client, server) in _pairs)
        {
            // A reset, as from a failed network, instead of an orderly close.
            client.Client?.Close(timeout: 0);
            server.Client?.Close(timeout: 0);
        }

        _pairs.Clear();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            if (_isRefusing)
            {
                client.Client.Close(timeout: 0);
                continue;
            }

            var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            }
            catch (SocketException)
            {
                client.Dispose();
                continue;
            }

            client.NoDelay = server.NoDelay = true;
            _pairs[client] = server;
            _ = PumpAsync(client, server, isRequest: true);
            _ = PumpAsync(server, client, isRequest: false);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isRequest)
    {
        var buffer = new byte[65_536];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer, _stopping.Token)) > 0)
            {
                _isLosingAnswers |= isRequest && _lost is { } lost && buffer.AsSpan(0, length).IndexOf(lost) >= 0;
                if (!isRequest && _isLosingAnswers)
                {
                    _isRefusing = true;
                    Cuts++;
                    Cut();
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _stopping.Token);
                if (isRequest && Interlocked.Add(ref _cutAfter, -length) is <= 0 and > int.MinValue)
                {
                    Interlocked.Exchange(ref _cutAfter, long.MaxValue);
                    Cuts++;
                    Cut();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Cut by the proxy, or closed by either side.
        }

        from.Dispose();
        to.Dispose();
    }
}
