using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence;
using WebhookService.Infrastructure.Telemetry;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Drains the queue: each transaction is called for, then completed. Waiting costs a timer, not a thread.
/// </summary>
/// <remarks>
/// Stopping has two steps. First nothing new is taken and what is in flight may finish within
/// <c>Processing:ShutdownGrace</c>; then the calls left are cut off, uncounted, and their claims released, so that the
/// next start, or another instance, takes them at once. A stop never writes FAILED.
/// </remarks>
internal sealed partial class TransactionProcessor : BackgroundService
{
    private readonly TransactionQueue _queue;
    private readonly TransactionCall _call;
    private readonly StorePipeline _pipeline;
    private readonly DueTimes _dueTimes;
    private readonly ClaimRelease _release;
    private readonly ITransactionStore _store;
    private readonly HeldTransactions _held;
    private readonly InstanceLease _lease;
    private readonly WebhookMetrics _metrics;
    private readonly Throughput _throughput;
    private readonly ILogger<TransactionProcessor> _logger;
    private readonly ProcessingOptions _options;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _cutOff;

    // Once: a host that is stopped and disposed at the same time stops its services twice, side by side.
    private readonly Lazy<Task> _drained;

    public TransactionProcessor(
        TransactionQueue queue,
        TransactionCall call,
        StorePipeline pipeline,
        DueTimes dueTimes,
        ClaimRelease release,
        ITransactionStore store,
        HeldTransactions held,
        InstanceLease lease,
        WebhookMetrics metrics,
        Throughput throughput,
        IOptions<ProcessingOptions> options,
        TimeProvider clock,
        ILogger<TransactionProcessor> logger)
    {
        _queue = queue;
        _call = call;
        _pipeline = pipeline;
        _dueTimes = dueTimes;
        _release = release;
        _store = store;
        _held = held;
        _lease = lease;
        _metrics = metrics;
        _throughput = throughput;
        _options = options.Value;
        _logger = logger;
        _drained = new Lazy<Task>(DrainAsync);
        _cutOff = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _slots = new SemaphoreSlim(_options.MaxConcurrency, _options.MaxConcurrency);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await _drained.Value.ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _cutOff.Dispose();
        _slots.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.Enabled)
        {
            return;
        }

        var losses = _lease.Losses;
        try
        {
            await foreach (var claimed in _queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                await _slots.WaitAsync(stoppingToken).ConfigureAwait(false);
                _queue.Dequeued();
                if (_lease.IsHeld && _lease.Losses == losses)
                {
                    _ = ProcessAsync(claimed);
                    continue;
                }

                _slots.Release();
                await _lease.WaitUntilHeldAsync(stoppingToken).ConfigureAwait(false);
                losses = _lease.Losses;
                DropStale(claimed);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not begun is still claimed by this instance; the release gives it back.
        }
    }

    // Others may have taken what waits here, and may be done with it. It is dropped, so that nothing is called for
    // twice; what this instance still holds of it is an orphan, which is released and claimed anew.
    private void DropStale(ClaimedTransaction claimed)
    {
        List<ClaimedTransaction> stale = [claimed];
        for (var waiting = _queue.Depth; waiting > 0 && _queue.Reader.TryRead(out var other); waiting--)
        {
            _queue.Dequeued();
            stale.Add(other);
        }

        stale.ForEach(other => _held.Remove(other.TransactionId, other.Claim));
        _held.NoteOrphans();
        _queue.MarkBacklog();
        Log.LeaseLost(_logger, stale.Count);
    }

    private async Task ProcessAsync(ClaimedTransaction claimed)
    {
        var isWritten = false;
        using var span = WebhookTracing.StartProcess(claimed);
        _throughput.Begin();
        try
        {
            if (await _call.RunAsync(claimed, _cutOff.Token).ConfigureAwait(false) is { } completion)
            {
                using var writing = WebhookTracing.StartComplete(completion);
                var outcome = await _pipeline.CompleteAsync(_store, completion, _cutOff.Token).ConfigureAwait(false);
                isWritten = true;
                _metrics.Completed(completion.Status, outcome);
                if (completion.NextAttemptAt is { } next)
                {
                    _dueTimes.Note(next);
                }
            }
        }
        catch (OperationCanceledException) when (_cutOff.IsCancellationRequested)
        {
            // Cut off by the stop: the row stays PROCESSING and nothing is counted.
        }
        catch (Exception exception)
        {
            Log.ProcessingBroke(_logger, exception, claimed.TransactionId);
        }
        finally
        {
            if (!isWritten)
            {
                LetGo(claimed);
            }

            _throughput.End();
            _slots.Release();
        }
    }

    // Nothing came of it, but this instance may still hold the row: an orphan, which is released and claimed anew.
    private void LetGo(ClaimedTransaction claimed)
    {
        _held.Remove(claimed.TransactionId, claimed.Claim);
        _held.NoteOrphans();
    }

    // Waits until nothing is in flight: at the latest soon after the grace is over and the rest is cut off.
    private async Task DrainAsync()
    {
        _cutOff.CancelAfter(_options.ShutdownGrace);
        for (var i = 0; i < _options.MaxConcurrency; i++)
        {
            await _slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await _release.RunAsync().ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Error, "Transaction {TransactionId} could not be completed; it stays PROCESSING.")]
        public static partial void ProcessingBroke(ILogger logger, Exception exception, string transactionId);

        [LoggerMessage(14, LogLevel.Warning,
            "The lease had run out; {Count} transactions that waited here are claimed anew by whoever may.")]
        public static partial void LeaseLost(ILogger logger, int count);
    }
}
