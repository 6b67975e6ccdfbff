using System.Threading.Channels;

namespace WebhookService.Infrastructure.Copying;

/// <summary>Produces a sequence on another thread, a few items ahead of its consumer.</summary>
internal sealed class ReadAhead<T> : IAsyncDisposable
{
    private const int Ahead = 3;

    private readonly Channel<T> _channel = Channel.CreateBounded<T>(Ahead);
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;

    /// <summary>Begins to produce.</summary>
    public ReadAhead(IEnumerable<T> items, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = Task.Run(() => RunAsync(items), CancellationToken.None);
    }

    /// <summary>The items; a fault of the sequence is thrown here.</summary>
    public IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken) =>
        _channel.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Stops producing, and waits until the sequence has been disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(IEnumerable<T> items)
    {
        var producing = ProduceAsync(items);
        await producing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channel.Writer.Complete(producing.IsCanceled
            ? new OperationCanceledException(_stop.Token)
            : producing.Exception?.InnerException);
    }

    private async Task ProduceAsync(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            await _channel.Writer.WriteAsync(item, _stop.Token).ConfigureAwait(false);
        }
    }
}
