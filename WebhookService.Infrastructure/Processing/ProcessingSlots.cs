using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>The slots of <c>Processing:MaxConcurrency</c>, and how a stop empties them.</summary>
internal sealed class ProcessingSlots : IDisposable
{
    private readonly ProcessingOptions _options;
    private readonly Throughput _throughput;
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _cutOff;

    public ProcessingSlots(IOptions<ProcessingOptions> options, Throughput throughput, TimeProvider clock)
    {
        _options = options.Value;
        _throughput = throughput;
        _free = new SemaphoreSlim(_options.MaxConcurrency, _options.MaxConcurrency);
        _cutOff = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>Ends what is in a slot when the grace of a stop is over.</summary>
    public CancellationToken CutOff => _cutOff.Token;

    /// <summary>Waits for a free slot and takes it.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        _throughput.Begin();
    }

    /// <summary>Frees a slot.</summary>
    public void Free()
    {
        _throughput.End();
        _free.Release();
    }

    /// <summary>
    /// Waits until every slot is free, and keeps them: what is in them has <c>Processing:ShutdownGrace</c> to end, then
    /// it is cut off.
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
