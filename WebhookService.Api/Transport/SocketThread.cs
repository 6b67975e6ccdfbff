using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace WebhookService.Api.Transport;

/// <summary>
/// Runs work on the thread that reads the sockets, between two looks at what has arrived there. The work must not
/// block; see <see cref="NeverBlocksAttribute"/>.
/// </summary>
/// <remarks>
/// The runtime has no way to hand that thread anything but an event of a socket, so this is one: a socket that sends to
/// itself when there is work. Where sockets are not read inline, whatever thread the runtime takes for the event runs
/// the work; where the system allows no such socket, the thread pool does.
/// </remarks>
internal sealed class SocketThread : PipeScheduler, IDisposable
{
    // Work that makes work could else keep the thread from its sockets for ever.
    private const int MaxRounds = 8;
    private const byte Nudge = 1;
    private const byte End = 0;

    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _work = new();
    private readonly Socket? _socket = TryOpen();
    private readonly PipeScheduler _elsewhere;
    private int _isNudged;

    /// <summary>Begins to wait for work.</summary>
    /// <param name="elsewhere">Where work goes that would keep the thread too long; the thread pool by default.</param>
    public SocketThread(PipeScheduler? elsewhere = null)
    {
        _elsewhere = elsewhere ?? ThreadPool;
        if (_socket is not null)
        {
            var received = new SocketAsyncEventArgs();
            received.SetBuffer(new byte[1]);
            received.Completed += (_, args) => Run(args);

            // Nobody has sent anything yet, so this has to wait.
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

    /// <summary>Ends it when what was scheduled is done; nothing may be scheduled any more.</summary>
    public void Dispose() => _socket?.Send([End]);

    // Connected to itself, a datagram socket takes nothing from anybody else; and a name that begins with a zero is of
    // no file system, so nothing of it stays behind (unix(7)).
    private static Socket? TryOpen()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

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
            // Some sandboxes allow no such names. It is only slower then.
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

        // There is more already. Another thread goes on with it, until it has to wait for the next nudge.
        _elsewhere.Schedule(received => Run((SocketAsyncEventArgs)received!), received);
    }

    // False when it was the last time.
    private bool RunScheduled(SocketAsyncEventArgs received)
    {
        // Taken back before the queue is looked at: what is scheduled from here on nudges again.
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
