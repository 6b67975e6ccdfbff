namespace WebhookService.Infrastructure.Metering;

/// <summary>
/// Lets one log line a second stand for any number of equal events, so that no caller can fill the log.
/// </summary>
internal sealed class LogPace(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _loggedAt;
    private int _unlogged;

    /// <summary>Counts events; returns how many the line that is due now stands for, or 0 when none is due.</summary>
    public int Count(int events = 1)
    {
        lock (_gate)
        {
            _unlogged += events;
            if (_loggedAt is { } before && clock.GetElapsedTime(before) < Pause)
            {
                return 0;
            }

            _loggedAt = clock.GetTimestamp();
            (var count, _unlogged) = (_unlogged, 0);
            return count;
        }
    }
}
