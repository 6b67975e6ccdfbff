using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace WebhookService.Api.Transport;

/// <summary>Runs work that never blocks on the thread that reads the sockets, between two polls.</summary>
/// <remarks>
/// The runtime can hand that thread only socket events, so this makes one: a socket that sends to itself when there is
/// work. Where the system does not allow such a socket, the work runs on the thread pool.
/// </remarks>
internal sealed class SocketThread : PipeScheduler, IDisposable
{
    // Otherwise, work that schedules work could keep the thread from its sockets indefinitely.
    private const int MaxRounds = 8;
    private const byte Nudge = 1;
    private const byte End = 0;

    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _work = new();
    private readonly Socket? _socket = OperatingSystem.IsLinux() ? TryOpen() : null;
    private readonly PipeScheduler _elsewhere;
    private int _isNudged;

    /// <param name="elsewhere">Runs work that would keep the thread too long; the thread pool by default.</param>
    public SocketThread(PipeScheduler? elsewhere = null)
    {
        _elsewhere = elsewhere ?? ThreadPool;
        if (_socket is not null)
        {
            var received = new SocketAsyncEventArgs();
            received.SetBuffer(new byte[1]);
            received.Completed += (_, args) => Run(args);

            // Nothing has been sent yet, so this never completes synchronously.
            _ = _socket.ReceiveAsync(received);
        }
    }

    public override void Schedule(Action<object?> action, object? state)
    {
        if (_socket is null)
        {
            _elsewhere.Schedule(action, state);
            return;
        }

        _work.Enqueue((action, state));
        if (Interlocked.Exchange(ref _isNudged, 1) == 0)
        {
            _socket.Send([Nudge]);
        }
    }

    /// <summary>Ends it when the scheduled work is done; nothing may be scheduled afterwards.</summary>
    public void Dispose() => _socket?.Send([End]);

    // A datagram socket that is connected to itself receives from no other; and a name that begins with a zero byte is
    // in no file system, so it leaves nothing behind (unix(7)).
    private static Socket? TryOpen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            var address = new UnixDomainSocketEndPoint($"\0webhook-{Guid.NewGuid():N}");
            socket.Bind(address);
            socket.Connect(address);
            return socket;
        }
        catch (SocketException)
        {
            // Some sandboxes do not allow such names; the work is then only slower.
            socket.Dispose();
            return null;
        }
    }

    private void Run(SocketAsyncEventArgs received)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (!RunScheduled(received) || _socket!.ReceiveAsync(received))
            {
                return;
            }
        }

        // More has already arrived. Another thread continues until it has to wait for the next nudge.
        _elsewhere.Schedule(received => Run((SocketAsyncEventArgs)received!), received);
    }

    private bool RunScheduled(SocketAsyncEventArgs received)
    {
        // Reset before the queue is read: work scheduled from here on nudges again.
        Interlocked.Exchange(ref _isNudged, 0);
        for (var count = _work.Count; count > 0 && _work.TryDequeue(out var next); count--)
        {
            next.Action(next.State);
        }

        if (received.MemoryBuffer.Span[0] == Nudge)
        {
            return true;
        }

        received.Dispose();
        _socket!.Dispose();
        return false;
    }
}
