using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure.Instances;

/// <summary>
/// What this instance knows of its own lease, on its own clock: others may take its claims when it has run out.
/// </summary>
/// <remarks>
/// The database's clock decides who is dead. Here only spans are measured, from before a heartbeat was sent, so that
/// this instance never believes in its lease for longer than the others do.
/// </remarks>
internal sealed class InstanceLease(IOptions<InstanceOptions> options, TimeProvider clock)
{
    // A heartbeat is late when it comes after one and a half intervals: then the database was away, maybe for all.
    private const double LateFactor = 1.5;

    // In which every instance that is alive beats again, after the database was away.
    private const int GraceIntervals = 2;

    private readonly InstanceOptions _options = options.Value;
    private TaskCompletionSource _renewal = NewRenewal();
    private long _instanceId;
    private long _renewedAt;
    private long _unbrokenSince;
    private int _losses;

    /// <summary>This instance's number; 0 while there is no lease, since the database never needed one.</summary>
    public long InstanceId => Volatile.Read(ref _instanceId);

    /// <summary>How long ago the last heartbeat was sent that has arrived.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Whether a heartbeat is due.</summary>
    public bool IsDue => Age >= _options.HeartbeatInterval;

    /// <summary>Whether nobody can have taken what this instance holds. Always, where there is no lease.</summary>
    public bool IsHeld =>
        InstanceId == 0 || Age < _options.LeaseDuration;

    /// <summary>
    /// How often it was renewed after it had run out. What was claimed before the latest may be another's by now.
    /// </summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>
    /// Whether a lease that has run out means a dead instance. After the database was away it means nothing, until
    /// those who are alive had time to beat again.
    /// </summary>
    public bool MayTakeOver =>
        clock.GetElapsedTime(_unbrokenSince) >= _options.HeartbeatInterval * GraceIntervals;

    /// <summary>
    /// Notes a new instance, registered at a time. One that had a number before was forgotten, and has lost its claims.
    /// </summary>
    public void Begin(long instanceId, long at)
    {
        if (InstanceId != 0)
        {
            Interlocked.Increment(ref _losses);
        }

        // The time before the number: with a number and no time, the lease would look expired for a moment, and what
        // waits in memory would be dropped.
        _unbrokenSince = at;
        Volatile.Write(ref _renewedAt, at);
        Volatile.Write(ref _instanceId, instanceId);
        Signal(at);
    }

    /// <summary>Notes a heartbeat that was sent at a time and has arrived.</summary>
    public void Renew(long at)
    {
        var gap = clock.GetElapsedTime(_renewedAt, at);
        if (gap > _options.HeartbeatInterval * LateFactor)
        {
            _unbrokenSince = at;
        }

        if (gap >= _options.LeaseDuration)
        {
            // Before anybody can see that it is held again.
            Interlocked.Increment(ref _losses);
        }

        Signal(at);
    }

    /// <summary>Waits until the lease is held.</summary>
    public async Task WaitUntilHeldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look, so that a renewal after it is not missed.
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
