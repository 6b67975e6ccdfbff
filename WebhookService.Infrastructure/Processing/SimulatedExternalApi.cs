using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Stands in for the external system: it takes <c>Processing:Delay</c> and always succeeds.</summary>
internal sealed class SimulatedExternalApi(IOptions<ProcessingOptions> options, TimeProvider clock) : IExternalApi
{
    private readonly TimeSpan _delay = options.Value.Delay;

    public Task CallAsync(string transactionId, CancellationToken cancellationToken) =>
        _delay == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(_delay, clock, cancellationToken);
}
