using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>The slots of <c>Processing:MaxConcurrency</c>, and how a shutdown drains them.</summary>
internal sealed class ProcessingSlots : IDisposable
{
    private readonly ProcessingOptions _options;
    private readonly Throughput _throughput;
    private readonly PauseGate _pause;
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _cutOff;

    public ProcessingSlots(
        IOptions<ProcessingOptions> options, Throughput throughput, PauseGate pause, TimeProvider clock)
    {
        _options = options.Value;
        _throughput = throughput;
        _pause = pause;
        _free = new SemaphoreSlim(_options.MaxConcurrency, _options.MaxConcurrency);
        _cutOff = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>Canceled when the shutdown grace period is over; ends the work still in a slot.</summary>
    public CancellationToken CutOff => _cutOff.Token;

    /// <summary>Waits for a free slot, and while processing is paused, and takes the slot.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _pause.WaitUntilRunningAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _free.Release();
            throw;
        }

        _throughput.Begin();
    }

    /// <summary>Frees a slot.</summary>
    public void Free()
    {
        _throughput.End();
        _free.Release();
    }

    /// <summary>
    /// Waits until every slot is free, and keeps them all: transactions in flight have <c>Processing:ShutdownGrace</c>
    /// to finish, then they are cut off.
    /// </summary>
    public async Task DrainAsync()
    {
        _cutOff.CancelAfter(_options.ShutdownGrace);
        for (var i = 0; i < _options.MaxConcurrency; i++)
        {
            await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _cutOff.Dispose();
        _free.Dispose();
    }
}
