using System.Threading.Channels;
using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// The bounded channel between intake and processing. It is a hint; the row is the queue: a row that finds no room
/// stays in the database until <see cref="TransactionRecovery"/> claims it, oldest first.
/// </summary>
/// <remarks>
/// Capacity is reserved before a row is claimed and used once the claim is committed, so that every row this instance
/// claims is in its memory. While rows wait in the database, new ones queue behind them instead of overtaking.
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

        // Until the first sweep, an earlier run may have left a backlog.
        _hasBacklog = true;
        _channel = Channel.CreateBounded<ClaimedTransaction>(new BoundedChannelOptions(_capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
    }

    /// <summary>Whether this instance processes (<c>Processing:Enabled</c>), rather than only accepts.</summary>
    public bool IsProcessing => _isProcessing;

    /// <summary>Transactions waiting in memory.</summary>
    public int Depth => _channel.Reader.Count;

    /// <summary>The queued transactions, in order of arrival.</summary>
    public ChannelReader<ClaimedTransaction> Reader => _channel.Reader;

    /// <summary>
    /// Reserves capacity for a new row; false when the queue is full or older rows wait in the database.
    /// </summary>
    public bool TryReserve() => _isProcessing && !_hasBacklog && TryReserve(1) == 1;

    /// <summary>
    /// Reserves capacity for at most <paramref name="limit"/> rows about to be claimed; returns how many it got.
    /// </summary>
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

    /// <summary>Frees reserved capacity.</summary>
    public void CancelReservation(int reserved = 1) => Free(reserved);

    /// <summary>Enqueues a claimed row, using capacity reserved for it. Never waits.</summary>
    public void Enqueue(ClaimedTransaction claimed)
    {
        if (!_channel.Writer.TryWrite(claimed))
        {
            throw new InvalidOperationException("A row was enqueued without reserved capacity.");
        }
    }

    /// <summary>Frees the capacity of a row that the reader has dequeued.</summary>
    public void Dequeued() => Free(1);

    /// <summary>Notes that rows wait in the database: recovery runs as soon as there is room for them.</summary>
    public void MarkBacklog()
    {
        _hasBacklog = true;
        SignalRoom();
    }

    /// <summary>Whether rows may wait in the database, so that new ones must queue behind them.</summary>
    public bool HasBacklog => _hasBacklog;

    /// <summary>Lets new rows be claimed at insert again; false when they already are.</summary>
    public bool TryClearBacklog()
    {
        var hadBacklog = _hasBacklog;
        _hasBacklog = false;
        return hadBacklog;
    }

    /// <summary>Makes recovery run now, however full the queue is.</summary>
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
    /// Waits until rows wait in the database and half of the capacity is free, or until <see cref="Wake"/>.
    /// </summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    public void Dispose() => _room.Dispose();

    private void Free(int reserved)
    {
        Interlocked.Add(ref _taken, -reserved);
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
