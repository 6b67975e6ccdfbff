using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure.Instances;

/// <summary>
/// This instance's view of its own lease, by its own clock: once it expires, others may take over its claims.
/// </summary>
/// <remarks>
/// The database's clock decides which instances are dead. Here only intervals are measured, from before a heartbeat was
/// sent, so that this instance never considers its lease valid for longer than the others do.
/// </remarks>
internal sealed class InstanceLease(IOptions<InstanceOptions> options, TimeProvider clock)
{
    // A heartbeat after more than one and a half intervals is late: the database was unavailable, perhaps to all.
    private const double LateFactor = 1.5;

    // Within these, every live instance renews its lease after the database was unavailable.
    private const int GraceIntervals = 2;

    private readonly InstanceOptions _options = options.Value;
    private TaskCompletionSource _renewal = NewRenewal();
    private long _instanceId;
    private long _renewedAt;
    private long _unbrokenSince;
    private int _losses;

    /// <summary>
    /// This instance's number; 0 without a lease: before registration, or on a database that needs none.
    /// </summary>
    public long InstanceId => Volatile.Read(ref _instanceId);

    /// <summary>Time since the latest successful heartbeat was sent.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Whether a heartbeat is due.</summary>
    public bool IsDue => Age >= _options.HeartbeatInterval;

    /// <summary>Whether no other instance can have taken over this one's claims. Always true without a lease.</summary>
    public bool IsHeld =>
        InstanceId == 0 || Age < _options.LeaseDuration;

    /// <summary>
    /// Number of times it was renewed after it had expired, or registered again after it was forgotten. Claims from
    /// before the latest may now belong to another instance.
    /// </summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>
    /// Whether an expired lease means a dead instance. After the database was unavailable it means nothing until live
    /// instances have had time to renew theirs.
    /// </summary>
    public bool MayTakeOver =>
        clock.GetElapsedTime(_unbrokenSince) >= _options.HeartbeatInterval * GraceIntervals;

    /// <summary>
    /// Notes that this instance was registered at a time. If it had a number before, it was forgotten and lost its
    /// claims.
    /// </summary>
    public void Begin(long instanceId, long at)
    {
        if (InstanceId != 0)
        {
            Interlocked.Increment(ref _losses);
        }

        // The time before the number: with a number and no time, the lease would look expired for a moment, and the
        // queue would be dropped.
        _unbrokenSince = at;
        Volatile.Write(ref _renewedAt, at);
        Volatile.Write(ref _instanceId, instanceId);
        Signal(at);
    }

    /// <summary>Notes a successful heartbeat that was sent at a time.</summary>
    public void Renew(long at)
    {
        var gap = clock.GetElapsedTime(_renewedAt, at);
        if (gap > _options.HeartbeatInterval * LateFactor)
        {
            _unbrokenSince = at;
        }

        if (gap >= _options.LeaseDuration)
        {
            // Counted before any thread can see that the lease is held again.
            Interlocked.Increment(ref _losses);
        }

        Signal(at);
    }

    /// <summary>Waits until the lease is held.</summary>
    public async Task WaitUntilHeldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Read before the check, so that a renewal after the check is not missed.
            var renewal = Volatile.Read(ref _renewal);
            if (IsHeld)
            {
                return;
            }

            await renewal.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewRenewal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal(long at)
    {
        Volatile.Write(ref _renewedAt, at);
        Interlocked.Exchange(ref _renewal, NewRenewal()).SetResult();
    }
}
