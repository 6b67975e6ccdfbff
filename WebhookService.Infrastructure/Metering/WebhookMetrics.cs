using System.Diagnostics.Metrics;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Metering;

/// <summary>The counters and histograms of the service, on the meter <c>WebhookService</c>.</summary>
/// <remarks>
/// Names and units follow OpenTelemetry's conventions. Values that can be read at any time are in <c>WebhookGauges</c>.
/// </remarks>
internal sealed class WebhookMetrics
{
    public const string MeterName = "WebhookService";

    private const string Outcome = "outcome";

    // The promise is 500 ms and the deadline 400: both are bucket boundaries, so that the share beyond them is known.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries =
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 2.5],
    };

    private static readonly InstrumentAdvice<int> Rows = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024],
    };

    private static readonly KeyValuePair<string, object?>[] Outcomes =
    [
        .. Enum.GetValues<AddOutcome>()
            .Select(outcome => KeyValuePair.Create(Outcome, (object?)outcome.ToString().ToLowerInvariant())),
    ];

    private readonly Counter<long> _adds;
    private readonly Counter<long> _claims;
    private readonly Counter<long> _takeOvers;
    private readonly Counter<long> _completions;
    private readonly Counter<long> _superseded;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _breaks;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _sourceEvents;
    private readonly Counter<long> _alerts;
    private readonly Histogram<double> _addDuration;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _commitSize;

    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = Meter = meters.Create(MeterName);
        _adds = meter.CreateCounter<long>("webhook.adds", "{transaction}", "Transactions committed, by outcome.");
        _claims = meter.CreateCounter<long>(
            "webhook.claims", "{transaction}", "Rows that recovery claimed: unclaimed or abandoned.");
        _takeOvers = meter.CreateCounter<long>(
            "webhook.take_overs", "{transaction}", "Claimed rows that were taken over from a dead instance.");
        _completions = meter.CreateCounter<long>(
            "webhook.completions", "{transaction}", "Terminal transitions, by status.");
        _superseded = meter.CreateCounter<long>(
            "webhook.superseded", "{transaction}", "Completions that came after their claim had ended.");
        _attempts = meter.CreateCounter<long>("webhook.attempts", "{attempt}", "External calls, by outcome.");
        _breaks = meter.CreateCounter<long>(
            "webhook.breaks", "{break}", "Times that the circuit breaker has opened or stayed open.");
        _refusals = meter.CreateCounter<long>(
            "webhook.refusals", "{request}", "Requests that were rejected or not understood, by check and reason.");
        _sourceEvents = meter.CreateCounter<long>(
            "webhook.source.events", "{event}", "Events and refused requests of sources, by source and outcome.");
        _alerts = meter.CreateCounter<long>(
            "webhook.alerts", "{alert}", "Alerts sent to Alerts__Url, by kind and outcome.");
        _addDuration = meter.CreateHistogram(
            "webhook.add.duration", "s", "Time from a webhook's last byte to its answer, by outcome.", null, Seconds);
        _commitDuration = meter.CreateHistogram(
            "webhook.commit.duration", "s", "Duration of a group commit.", null, Seconds);
        _commitSize = meter.CreateHistogram("webhook.commit.size", "{row}", "Writes in a group commit.", null, Rows);
    }

    internal Meter Meter { get; }

    /// <summary>
    /// Adds 0 to each counter, once listeners are attached: for Prometheus, a counter that first appears with 1 has not
    /// grown, and the first failure would raise no alert.
    /// </summary>
    public void StartAtZero()
    {
        foreach (var outcome in new[] { AddOutcome.Added, AddOutcome.Duplicate, AddOutcome.Conflict })
        {
            _adds.Add(0, Outcomes[(int)outcome]);
        }

        foreach (var status in new[] { TransactionStatus.Processed, TransactionStatus.Failed })
        {
            _completions.Add(0, Tag("status", TransactionStatusNames.ToName(status)));
        }

        foreach (var outcome in Enum.GetValues<AttemptOutcome>())
        {
            _attempts.Add(0, Tag(Outcome, AttemptOutcomeNames.ToName(outcome)));
        }

        foreach (var counter in new[] { _claims, _takeOvers, _superseded, _breaks })
        {
            counter.Add(0);
        }
    }

    /// <summary>Counts transactions of one commit.</summary>
    /// <param name="outcome">Their outcome.</param>
    /// <param name="count">Number of transactions; 0 counts nothing.</param>
    public void Added(AddOutcome outcome, int count)
    {
        if (count > 0)
        {
            _adds.Add(count, Outcomes[(int)outcome]);
        }
    }

    /// <summary>Records how long a sender waited.</summary>
    public void Answered(AddOutcome outcome, TimeSpan duration) =>
        _addDuration.Record(duration.TotalSeconds, Outcomes[(int)outcome]);

    public void Committed(int adds, int others, TimeSpan duration)
    {
        _commitSize.Record(adds + others);
        _commitDuration.Record(duration.TotalSeconds);
    }

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

    public void Attempted(AttemptOutcome outcome) =>
        _attempts.Add(1, Tag(Outcome, AttemptOutcomeNames.ToName(outcome)));

    public void Refused(string check, string reason) => _refusals.Add(1, Tag("check", check), Tag("reason", reason));

    /// <summary>Counts what became of an event of a source.</summary>
    /// <param name="source">The configured name of the source.</param>
    /// <param name="outcome">One of a few fixed words.</param>
    /// <param name="count">0 only makes the counter known; see <see cref="StartAtZero"/>.</param>
    public void SourceEvent(string source, string outcome, int count = 1) =>
        _sourceEvents.Add(count, Tag("source", source), Tag(Outcome, outcome));

    /// <summary>Counts an alert that was sent, or could not be.</summary>
    /// <param name="kind">Its type.</param>
    /// <param name="isDelivered">Whether its receiver accepted it.</param>
    /// <param name="count">0 only makes the counter known; see <see cref="StartAtZero"/>.</param>
    public void Alerted(string kind, bool isDelivered, int count = 1) =>
        _alerts.Add(count, Tag("kind", kind), Tag(Outcome, isDelivered ? "sent" : "failed"));

    public void BreakerOpened() => _breaks.Add(1);

    public void Completed(TransactionStatus status, TransitionOutcome outcome)
    {
        if (outcome == TransitionOutcome.Superseded)
        {
            _superseded.Add(1);
        }
        else if (status != TransactionStatus.Processing)
        {
            _completions.Add(1, Tag("status", TransactionStatusNames.ToName(status)));
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
