using System.Diagnostics.Metrics;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Telemetry;

/// <summary>The service's own instruments, on the meter <c>WebhookService</c>.</summary>
public sealed class WebhookMetrics
{
    public const string MeterName = "WebhookService";

    private static readonly KeyValuePair<string, object?>[] Outcomes =
    [
        .. Enum.GetValues<AddOutcome>().Select(outcome => KeyValuePair.Create("outcome", (object?)outcome.ToString())),
    ];

    private readonly Meter _meter;
    private readonly Counter<long> _adds;
    private readonly Counter<long> _claims;
    private readonly Counter<long> _takeOvers;
    private readonly Counter<long> _completions;
    private readonly Counter<long> _superseded;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _breaks;
    private readonly Counter<long> _refusals;
    private readonly Histogram<int> _batchSize;

    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(MeterName);
        _adds = meter.CreateCounter<long>("webhook.adds", "{transaction}", "Adds answered, by outcome.");
        _claims = meter.CreateCounter<long>(
            "webhook.claims", "{transaction}", "Rows that recovery claimed, since nobody held them.");
        _takeOvers = meter.CreateCounter<long>(
            "webhook.take_overs", "{transaction}", "Claimed rows that an instance had held whose lease ran out.");
        _completions = meter.CreateCounter<long>(
            "webhook.completions", "{transaction}", "Terminal transitions, by status.");
        _superseded = meter.CreateCounter<long>(
            "webhook.superseded", "{transaction}", "Completions that found the row final or held by another instance.");
        _attempts = meter.CreateCounter<long>("webhook.attempts", "{attempt}", "External calls, by outcome.");
        _breaks = meter.CreateCounter<long>(
            "webhook.breaks", "{break}", "Times that the circuit breaker has opened or stayed open.");
        _refusals = meter.CreateCounter<long>(
            "webhook.refusals", "{request}", "Requests that were not let in, by door and reason.");
        _batchSize = meter.CreateHistogram<int>("webhook.commit.size", "{row}", "Writes in one group commit.");
    }

    public void Added(AddOutcome outcome) => _adds.Add(1, Outcomes[(int)outcome]);

    /// <summary>Counts rows that recovery claimed.</summary>
    public void Claimed(IReadOnlyList<ClaimedTransaction> claimed)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        if (claimed.Count > 0)
        {
            _claims.Add(claimed.Count);
            _takeOvers.Add(claimed.Count(transaction => transaction.IsTakenOver));
        }
    }

    public void Committed(int adds, int others) => _batchSize.Record(adds + others);

    public void Attempted(AttemptOutcome outcome) =>
        _attempts.Add(1, KeyValuePair.Create("outcome", (object?)AttemptOutcomeNames.ToName(outcome)));

    public void Refused(string door, string reason) =>
        _refusals.Add(1, KeyValuePair.Create("door", (object?)door), KeyValuePair.Create("reason", (object?)reason));

    /// <summary>Shows how many transactions wait in the inbox, and how many were put aside.</summary>
    public void ObserveInbox(Func<long> waiting, Func<long> quarantined)
    {
        _meter.CreateObservableGauge(
            "webhook.inbox.waiting", waiting, "{transaction}", "Accepted, and not yet known to be in the database.");
        _meter.CreateObservableGauge(
            "webhook.inbox.quarantined", quarantined, "{transaction}", "Put aside, since the database refuses them.");
    }

    public void BreakerOpened() => _breaks.Add(1);

    public void Completed(TransactionStatus status, TransitionOutcome outcome)
    {
        if (outcome == TransitionOutcome.Applied)
        {
            if (status == TransactionStatus.Processing)
            {
                return;
            }

            _completions.Add(1, KeyValuePair.Create("status", (object?)TransactionStatusNames.ToName(status)));
        }
        else
        {
            _superseded.Add(1);
        }
    }
}
