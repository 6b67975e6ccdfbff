using Microsoft.Extensions.Options;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Instances;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>
/// Reports an open circuit breaker. Each instance has its own; usually all are open at once, so one reports, and the
/// others keep silent until it says that its own is closed.
/// </summary>
internal sealed class BreakerRule(
    IOptions<AlertOptions> options,
    BreakerGate breaker,
    InstanceLease lease,
    ITransactionReader reader,
    TimeProvider clock) : ConditionRule(options.Value, options.Value.BreakerDuration, clock)
{
    private readonly TimeSpan _duration = options.Value.BreakerDuration;
    private readonly TimeProvider _clock = clock;

    // Since when the instance that reported has been dead.
    private DateTimeOffset? _deadSince;

    public override string Kind => AlertKinds.Breaker;

    protected override string Over => "Resolved: the external system is called again.";

    protected override long Mark => lease.InstanceId;

    public override async Task<AlertChange?> LookAsync(AlertState state, CancellationToken cancellationToken)
    {
        var found = await base.LookAsync(state, cancellationToken).ConfigureAwait(false);
        if (state.Since is null || state.Mark == Mark)
        {
            _deadSince = null;
            return found;
        }

        var instances = await reader.ListInstancesAsync(cancellationToken).ConfigureAwait(false);
        if (instances.Any(instance => instance.InstanceId == state.Mark && instance.IsAlive))
        {
            _deadSince = null;
            return null;
        }

        // An instance whose breaker is open takes over the report of a dead one; if there is none, it is over.
        _deadSince ??= _clock.GetUtcNow();
        return breaker.IsOpen ? new AlertChange(state with { Mark = Mark }, null)
            : _clock.GetUtcNow() - _deadSince >= _duration ? found
            : null;
    }

    protected override Task<Condition?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(
        breaker.IsOpen
            ? new Condition(
                null,
                "The circuit breaker is open: the external system is failing, and calls wait until it recovers.",
                json => json.WriteNumber("instance_id", Mark))
            : null);
}
