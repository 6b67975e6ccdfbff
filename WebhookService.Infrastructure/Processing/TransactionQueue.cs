using System.Threading.Channels;
using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// The bounded channel between intake and processing. It is a hint; the row is the queue: what finds no room stays in
/// the database and is claimed by <see cref="TransactionRecovery"/>, oldest first.
/// </summary>
/// <remarks>
/// A place is reserved before a row is claimed and taken when it is committed, so that every row this instance claims
/// is in its memory. While rows wait in the database, new ones line up behind them instead of overtaking.
/// </remarks>
internal sealed class TransactionQueue : IDisposable
{
    private readonly Channel<ClaimedTransaction> _channel;
    private readonly SemaphoreSlim _room = new(0, 1);
    private readonly bool _isProcessing;
    private readonly int _capacity;
    private volatile bool _hasBacklog;
    private int _taken;

    public TransactionQueue(IOptions<ProcessingOptions> options)
    {
        _capacity = options.Value.QueueCapacity;
        _isProcessing = options.Value.Enabled;

        // Until the first sweep has looked, there may be a backlog of an earlier run.
        _hasBacklog = true;
        _channel = Channel.CreateBounded<ClaimedTransaction>(new BoundedChannelOptions(_capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
    }

    /// <summary>Whether this instance processes (<c>Processing:Enabled</c>), and not only receives.</summary>
    public bool IsProcessing => _isProcessing;

    /// <summary>Transactions waiting in memory.</summary>
    public int Depth => _channel.Reader.Count;

    /// <summary>What waits, in order, as it comes.</summary>
    public ChannelReader<ClaimedTransaction> Reader => _channel.Reader;

    /// <summary>Reserves a place for a new row; false when there is none or older rows wait in the database.</summary>
    public bool TryReserve() => _isProcessing && !_hasBacklog && TryReserve(1) == 1;

    /// <summary>Reserves up to so many places for rows about to be claimed; how many it got.</summary>
    public int TryReserve(int limit)
    {
        while (true)
        {
            var taken = Volatile.Read(ref _taken);
            var granted = Math.Min(limit, _capacity - taken);
            if (granted <= 0)
            {
                return 0;
            }

            if (Interlocked.CompareExchange(ref _taken, taken + granted, taken) == taken)
            {
                return granted;
            }
        }
    }

    /// <summary>Gives reserved places back.</summary>
    public void CancelReservation(int places = 1) => Free(places);

    /// <summary>Puts a claimed row on the queue, in a place reserved for it. It never waits.</summary>
    public void Enqueue(ClaimedTransaction claimed)
    {
        if (!_channel.Writer.TryWrite(claimed))
        {
            throw new InvalidOperationException("A row was enqueued without a reserved place.");
        }
    }

    /// <summary>Notes that the reader took a row and its place is free.</summary>
    public void Dequeued() => Free(1);

    /// <summary>Notes that rows wait in the database: recovery comes as soon as there is room for them.</summary>
    public void MarkBacklog()
    {
        _hasBacklog = true;
        SignalRoom();
    }

    /// <summary>Whether rows may wait in the database, so that new ones have to line up behind them.</summary>
    public bool HasBacklog => _hasBacklog;

    /// <summary>Lets new rows be claimed at insert again; false when they are already.</summary>
    public bool TryClearBacklog()
    {
        var hadBacklog = _hasBacklog;
        _hasBacklog = false;
        return hadBacklog;
    }

    /// <summary>Makes recovery look now, whatever room there is.</summary>
    public void Wake()
    {
        lock (_room)
        {
            if (_room.CurrentCount == 0)
            {
                _room.Release();
            }
        }
    }

    /// <summary>
    /// Waits until rows wait in the database and half of the places are free to take them, or <see cref="Wake"/>.
    /// </summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    public void Dispose() => _room.Dispose();

    private void Free(int places)
    {
        Interlocked.Add(ref _taken, -places);
        SignalRoom();
    }

    private void SignalRoom()
    {
        if (_hasBacklog && Volatile.Read(ref _taken) <= _capacity / 2 && _room.CurrentCount == 0)
        {
            Wake();
        }
    }
}
