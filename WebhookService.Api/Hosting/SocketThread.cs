using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace WebhookService.Api.Hosting;

/// <summary>
/// Runs work on the thread that reads the sockets, between two looks at what has arrived there. The work must not
/// block; see <see cref="NeverBlocksAttribute"/>.
/// </summary>
/// <remarks>
/// The runtime has no way to hand that thread anything but an event of a socket, so this is one: a connection from the
/// process to itself, on which a byte arrives when there is work. Where sockets are not read inline, whatever thread
/// the runtime takes for the event runs the work.
/// </remarks>
internal sealed class SocketThread : PipeScheduler, IDisposable
{
    private static readonly byte[] Nudge = [1];

    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _work = new();
    private readonly Socket _sender = NewSocket();
    private readonly Socket _receiver;
    private int _isNudged;

    public SocketThread()
    {
        // A name that begins with a zero is of no file system (unix(7)), so nothing of it stays behind.
        var address = new UnixDomainSocketEndPoint($"\0webhook-{Guid.NewGuid():N}");
        using var listener = NewSocket();
        listener.Bind(address);
        listener.Listen();
        _sender.Connect(address);
        _receiver = listener.Accept();

        var received = new SocketAsyncEventArgs();
        received.SetBuffer(new byte[Nudge.Length]);
        received.Completed += (_, args) => Run(args);
        _ = _receiver.ReceiveAsync(received);
    }

    /// <summary>Whether the system has what it takes.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Socket.OSSupportsUnixDomainSockets;

    public override void Schedule(Action<object?> action, object? state)
    {
        _work.Enqueue((action, state));
        if (Interlocked.Exchange(ref _isNudged, 1) == 0)
        {
            _sender.Send(Nudge);
        }
    }

    /// <summary>Ends it when what was scheduled is done; nothing may be scheduled any more.</summary>
    public void Dispose() => _sender.Dispose();

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private void Run(SocketAsyncEventArgs received)
    {
        do
        {
            // Taken back before the queue is emptied: what is scheduled from here on nudges again.
            Interlocked.Exchange(ref _isNudged, 0);
            while (_work.TryDequeue(out var next))
            {
                next.Action(next.State);
            }

            if (received.BytesTransferred == 0)
            {
                received.Dispose();
                _receiver.Dispose();
                return;
            }
        }
        while (!_receiver.ReceiveAsync(received));
    }
}
