using System.Net.Sockets;
using System.Text;

namespace WebhookService.Tests.Support.Network;

/// <summary>Sends raw bytes that an HTTP client would reject or correct.</summary>
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

    /// <summary>Sends a whole request and returns everything read until the service closes the connection.</summary>
    public static async Task<string> ExchangeAsync(Uri address, byte[] request, TimeSpan patience)
    {
        using var connection = await OpenAsync(address);
        await connection.TrySendAsync(request);
        return await connection.ReadToEndAsync(patience);
    }

    /// <summary>Closes the sending side of the connection, as a sender that disconnects does.</summary>
    public void HangUp() => _client.Client.Shutdown(SocketShutdown.Send);

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Sends until the service refuses more; its answer can still be read.</summary>
    public async Task TrySendAsync(byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
            // The service refused the rest.
        }
    }

    /// <summary>Reads until the end of the connection.</summary>
    /// <exception cref="OperationCanceledException">The service left the connection open.</exception>
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
            // Reset: the service closed the connection while the test was still sending.
        }

        return answer.ToString();
    }

    public void Dispose() => _client.Dispose();
}
