using System.Diagnostics.Metrics;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>The gauges of the service, on the same meter as <see cref="WebhookMetrics"/>.</summary>
/// <remarks>
/// Figures of the database come from the latest sample, so that reading metrics causes no query; while the database
/// cannot be read, they are missing rather than stale.
/// </remarks>
internal sealed class WebhookGauges
{
    private readonly StatsFeed _feed;

    internal WebhookGauges(
        WebhookMetrics metrics,
        StatsFeed feed,
        TransactionQueue queue,
        Throughput throughput,
        (BreakerGate Breaker, PauseGate Pause) gates,
        InstanceLease lease,
        TransactionInbox? inbox)
    {
        _feed = feed;
        var meter = metrics.Meter;
        meter.CreateObservableGauge(
            "webhook.queue.depth", () => queue.Depth, "{transaction}", "Transactions queued in memory.");
        meter.CreateObservableUpDownCounter(
            "webhook.in_flight", () => throughput.InFlight, "{transaction}", "Transactions in flight.");
        meter.CreateObservableGauge(
            "webhook.breaker.open", () => gates.Breaker.IsOpen ? 1 : 0, null, "1 while the circuit breaker is open.");
        meter.CreateObservableGauge(
            "webhook.processing.paused",
            () => gates.Pause.State is { IsPaused: true } ? 1 : 0,
            null,
            "1 while operators have paused processing.");
        meter.CreateObservableGauge(
            "webhook.transactions", CountByStatus, "{transaction}", "Rows in the database, by status.");
        meter.CreateObservableGauge(
            "webhook.transactions.dismissed",
            CountDismissed,
            "{transaction}",
            "Rows in the database that are FAILED and dismissed.");
        meter.CreateObservableGauge(
            "webhook.oldest_unprocessed.age", GetOldestAge, "s", "Age of the oldest transaction that is not final.");
        meter.CreateObservableGauge(
            "webhook.lease.age", () => GetLeaseAge(lease), "s", "Time since the last heartbeat in the database.");
        if (inbox is not null)
        {
            meter.CreateObservableGauge(
                "webhook.inbox.waiting",
                () => inbox.Waiting,
                "{transaction}",
                "Accepted transactions that are not yet in the database.");
            meter.CreateObservableGauge(
                "webhook.inbox.quarantined",
                () => inbox.Quarantined,
                "{transaction}",
                "Transactions in quarantine: unreadable, or rejected by the database.");
        }
    }

    private IEnumerable<Measurement<long>> CountByStatus()
    {
        if (_feed.Latest?.Stats.Totals is { } totals)
        {
            yield return new(totals.Processing, new KeyValuePair<string, object?>("status", "PROCESSING"));
            yield return new(totals.Processed, new KeyValuePair<string, object?>("status", "PROCESSED"));
            yield return new(totals.Failed, new KeyValuePair<string, object?>("status", "FAILED"));
        }
    }

    private IEnumerable<Measurement<long>> CountDismissed()
    {
        if (_feed.Latest?.Stats.Totals is { } totals)
        {
            yield return new(totals.Dismissed);
        }
    }

    private IEnumerable<Measurement<double>> GetOldestAge()
    {
        if (_feed.Latest?.Stats is { Totals: not null } stats)
        {
            yield return new(Math.Max(0, stats.OldestUnprocessed?.TotalSeconds ?? 0));
        }
    }

    // Where one process owns the database, nothing is leased.
    private static IEnumerable<Measurement<double>> GetLeaseAge(InstanceLease lease)
    {
        if (lease.InstanceId != 0)
        {
            yield return new(lease.Age.TotalSeconds);
        }
    }
}
