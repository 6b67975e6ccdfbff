using Microsoft.Extensions.Options;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Reports a pause of processing that nobody has ended.</summary>
/// <remarks>Not its reason, a free text that may name an account.</remarks>
internal sealed class PauseRule(IOptions<AlertOptions> options, IAuditReader audit, TimeProvider clock)
    : ConditionRule(options.Value, TimeSpan.Zero, clock)
{
    private readonly TimeSpan _limit = options.Value.PauseAge;
    private readonly TimeProvider _clock = clock;

    public override string Kind => AlertKinds.Paused;

    protected override string Over => "Resolved: processing was resumed.";

    protected override async Task<Condition?> ReadAsync(CancellationToken cancellationToken)
    {
        var pause = await audit.FindPauseAsync(cancellationToken).ConfigureAwait(false);
        if (pause is not { IsPaused: true, Change: { } change } || _clock.GetUtcNow() - change.At <= _limit)
        {
            return null;
        }

        return new Condition(
            change.At,
            $"Processing has been paused for {AlertMessage.Show(_clock.GetUtcNow() - change.At)}, "
                + $"by {change.By ?? "anybody"}. Transactions are accepted and wait until it is resumed.",
            json => json.WriteString("by", change.By));
    }
}
