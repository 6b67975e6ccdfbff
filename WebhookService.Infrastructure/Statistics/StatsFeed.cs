using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>
/// Samples the statistics at an interval, keeps the latest samples, and wakes the readers that wait for the next.
/// </summary>
/// <remarks>
/// One sample serves all readers, and nothing is kept for any of them: a slow reader gets the latest when it asks
/// again, and misses those between.
/// </remarks>
internal sealed partial class StatsFeed : BackgroundService
{
    private readonly StatsReader _reader;
    private readonly Throughput _throughput;
    private readonly LatencyMeter _latency;
    private readonly DashboardOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Queue<StatsSample> _history = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = NewSignal();
    private StatsSample? _latest;
    private TimeSpan? _slowest;
    private bool _isBroken;

    internal StatsFeed(
        StatsReader reader,
        Throughput throughput,
        LatencyMeter latency,
        IOptions<DashboardOptions> options,
        TimeProvider clock,
        ILogger<StatsFeed> logger)
    {
        _reader = reader;
        _throughput = throughput;
        _latency = latency;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>The latest sample; null before the first.</summary>
    public StatsSample? Latest => Volatile.Read(ref _latest);

    /// <summary>Returns the kept samples, the oldest first; the last one is the latest.</summary>
    public StatsSample[] GetHistory()
    {
        lock (_gate)
        {
            return [.. _history];
        }
    }

    /// <summary>The slowest 99th percentile of the samples since the last call; null if nobody was answered.</summary>
    internal TimeSpan? TakeSlowest()
    {
        lock (_gate)
        {
            var slowest = _slowest;
            _slowest = null;
            return slowest;
        }
    }

    /// <summary>Returns the latest sample, as soon as it is not the one already seen.</summary>
    /// <remarks>The continuation runs on the thread pool, not where samples are taken.</remarks>
    public async Task<StatsSample> WaitForOtherAsync(StatsSample? seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Read before the check, so that a sample after the check is not missed.
            var next = Volatile.Read(ref _next);
            if (Latest is { } latest && latest != seen)
            {
                return latest;
            }

            await next.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = Count();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_options.SampleInterval, _clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                var stats = await _reader.ReadExistingAsync(stoppingToken).ConfigureAwait(false);
                var now = Count();
                Publish(Compare(stats, before, now));
                before = now;
                _isBroken = false;
            }
            catch (Exception exception)
            {
                // The next sample starts anew; no promise depends on this.
                NoteFault(exception, stoppingToken);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Reading Count() =>
        new(_throughput.Accepted.Total, _throughput.Processed.Total, _clock.GetTimestamp());

    private StatsSample Compare(ServiceStats stats, Reading before, Reading now)
    {
        var seconds = _clock.GetElapsedTime(before.At, now.At).TotalSeconds;
        var latencies = _latency.Take();
        return new StatsSample(
            _clock.GetUtcNow(),
            stats,
            (now.Accepted - before.Accepted) / seconds,
            (now.Processed - before.Processed) / seconds,
            latencies.Quantile(0.5),
            latencies.Quantile(0.99));
    }

    private void Publish(StatsSample sample)
    {
        lock (_gate)
        {
            if (_history.Count == _options.History)
            {
                _history.Dequeue();
            }

            _history.Enqueue(sample);
            _slowest = sample.AcceptP99 is null || _slowest > sample.AcceptP99 ? _slowest : sample.AcceptP99;
            Volatile.Write(ref _latest, sample);
        }

        Interlocked.Exchange(ref _next, NewSignal()).SetResult();
    }

    // Logs a lasting fault once, not once a second.
    private void NoteFault(Exception exception, CancellationToken stoppingToken)
    {
        if (!_isBroken && !stoppingToken.IsCancellationRequested)
        {
            _isBroken = true;
            Log.Failed(_logger, exception);
        }
    }

    private readonly record struct Reading(long Accepted, long Processed, long At);

    private static partial class Log
    {
        [LoggerMessage(90, LogLevel.Error, "The statistics could not be sampled; the next sample tries again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
