using System.Net.Sockets;
using System.Text;

namespace WebhookService.Tests.Support;

/// <summary>Sends bytes as they are, where an HTTP client would refuse to or mend them.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();
    private NetworkStream _stream = null!;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port);
        connection._stream = connection._client.GetStream();
        return connection;
    }

    /// <summary>Sends a whole request and reads until the service closes the connection; everything it answered.</summary>
    public static async Task<string> ExchangeAsync(Uri address, byte[] request, TimeSpan patience)
    {
        using var connection = await OpenAsync(address);
        await connection.TrySendAsync(request);
        return await connection.ReadToEndAsync(patience);
    }

    /// <summary>Sends no more, as a sender that gives up does.</summary>
    public void HangUp() => _client.Client.Shutdown(SocketShutdown.Send);

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Sends what the service takes: it may refuse before it has all, and what it answers can be read still.</summary>
    public async Task TrySendAsync(byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
            // Refused.
        }
    }

    /// <summary>Everything up to the end of the connection.</summary>
    /// <exception cref="OperationCanceledException">The service left it open.</exception>
    public async Task<string> ReadToEndAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        var answer = new StringBuilder();
        var buffer = new byte[16_384];
        try
        {
            int length;
            while ((length = await _stream.ReadAsync(buffer, limit.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }
        }
        catch (IOException)
        {
            // Reset: the service closed it while we still sent.
        }

        return answer.ToString();
    }

    public void Dispose() => _client.Dispose();
}
