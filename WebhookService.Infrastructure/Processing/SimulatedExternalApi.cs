using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Stands in for the external system: it takes <c>Processing:Delay</c> and always succeeds.</summary>
internal sealed class SimulatedExternalApi(IOptions<ProcessingOptions> options, TimeProvider clock) : IExternalApi
{
    private readonly TimeSpan _delay = options.Value.Delay;

    public async Task<CallResult?> CallAsync(string transactionId, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        if (_delay != TimeSpan.Zero)
        {
            await Task.Delay(_delay, clock, cancellationToken).ConfigureAwait(false);
        }

        return new CallResult(new Attempt(startedAt, clock.GetUtcNow() - startedAt, AttemptOutcome.Succeeded));
    }
}
