using Microsoft.Extensions.Options;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Reports that the oldest unfinished transaction is too old.</summary>
internal sealed class OldestRule(IOptions<AlertOptions> options, ITransactionReader reader, TimeProvider clock)
    : ConditionRule(options.Value, options.Value.OldestDuration, clock)
{
    private readonly TimeSpan _limit = options.Value.OldestAge;
    private readonly TimeProvider _clock = clock;

    public override string Kind => AlertKinds.Oldest;

    protected override string Over =>
        $"Resolved: no unfinished transaction is older than {AlertMessage.Show(_limit)}.";

    protected override async Task<Condition?> ReadAsync(CancellationToken cancellationToken)
    {
        var totals = await reader.CountAsync(cancellationToken).ConfigureAwait(false);
        if (totals.OldestUnprocessed is not { } received || _clock.GetUtcNow() - received <= _limit)
        {
            return null;
        }

        var age = _clock.GetUtcNow() - received;
        return new Condition(
            received + _limit,
            FormattableString.Invariant(
                $"The oldest of {totals.Processing} unfinished transactions was received ")
                + $"{AlertMessage.Show(age)} ago.",
            json =>
            {
                json.WriteString("oldest_received_at", AlertMessage.Format(received));
                json.WriteNumber("oldest_age_seconds", (long)age.TotalSeconds);
                json.WriteNumber("limit_seconds", _limit.TotalSeconds);
                json.WriteNumber("unfinished", totals.Processing);
            });
    }
}
